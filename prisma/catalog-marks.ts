import type pg from 'pg';
import type { Change } from '#domain/billing/catalogue-changes';
import { stableText } from '#domain/billing/catalogue-values';
import type { EpochMs } from '#domain/instants';
import { fromText } from './catalog-writes.ts';

/** Spans of an org's plans, each until the next. */
const spans = `(select org_id, plan_id, from_at, lead(from_at, 1, 'infinity') over (partition by org_id order by from_at) as until_at from org_plan)`;

/**
 * Marks of what is rated by a changed price or plan and has begun: the next rating books the difference. Where both the plan and the price
 * hold from ever on, what came first of the org bounds the mark.
 */
export async function markChanges(client: pg.ClientBase, changes: readonly Change[], at: EpochMs): Promise<void> {
  await markPlanPrices(client, changes, at);
  await markOrgPrices(client, changes, at);
  await markOrgPlans(client, changes, at);
  await markAllowances(client, changes, at);
  await bringForward(client, changes);
}

async function markPlanPrices(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const rows = windowsOf(changes, 'planPrice');
  await insertMarks(
    client,
    rows,
    at,
    `select s.org_id, c.meter, greatest(c.from_at, s.from_at) as from_at, least(c.until_at, s.until_at) as until_at
    from changed c join ${spans} s on s.plan_id = c.holder`,
  );
}

async function markOrgPrices(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  await insertMarks(
    client,
    windowsOf(changes, 'orgPrice'),
    at,
    'select c.holder as org_id, c.meter, c.from_at, c.until_at from changed c',
  );
}

/** What the plan before and the plan now hold, what was rated by whichever plan it follows, and what waited for a plan. */
async function markOrgPlans(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const rows = changes
    .filter(({ entry }) => entry.kind === 'orgPlan')
    .map(({ entry, before, after }) => ({
      holder: entry.holder,
      from_at: fromText(entry.from),
      plans: [before?.['plan'], after?.['plan']].filter((plan) => typeof plan === 'string'),
    }));
  await insertMarks(
    client,
    rows,
    at,
    `select c.holder as org_id, m.meter, c.from_at,
      coalesce((select min(p.from_at) from org_plan p where p.org_id = c.holder and p.from_at > c.from_at), 'infinity') as until_at
    from changed c cross join lateral (
      select p.meter from plan_price p where p.plan_id in (select json_array_elements_text(c.plans))
      union select r.meter from rated_period r where r.org_id = c.holder and r.period_start >= c.from_at
      union select u.meter from unrated_usage u where u.org_id = c.holder) m`,
  );
}

async function insertMarks(client: pg.ClientBase, rows: readonly object[], at: EpochMs, windows: string) {
  if (rows.length === 0) return;
  await client.query(
    `with changed as (select * from json_to_recordset($1) as c(holder text, meter text, from_at timestamptz, until_at timestamptz, plans json)),
      windows as (${windows})
      insert into rating_mark (org_id, stream, meter, first_at, last_at)
      select w.org_id, 'usage', w.meter, b.first_at, least(w.until_at, $2) from windows w
      join org o on o.id = w.org_id
      cross join lateral (select case when isfinite(w.from_at) then w.from_at else least(o.created_at,
        (select min(u.window_start) from usage_meter u where u.org_id = w.org_id and u.meter = w.meter),
        (select min(r.period_start) from rated_period r where r.org_id = w.org_id and r.meter = w.meter)) end as first_at) b
      where b.first_at < least(w.until_at, $2)`,
    [JSON.stringify(rows), new Date(at).toISOString()],
  );
}

/** The next roll-up judges the running month's use of AI by what is allowed now: which levels it reached, and what is over the cap. */
async function markAllowances(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const plans = changes.filter(
    ({ entry, before, after }) => entry.kind === 'plan' && stableText(before?.['ai']) !== stableText(after?.['ai']),
  );
  await client.query(
    `update org_billing set next_allowance_at = least(next_allowance_at, date_trunc('month', $3::timestamptz, 'UTC'))
      where org_id = any($1) or org_id in (select org_id from org_plan where plan_id = any($2))`,
    [
      changes.flatMap(({ entry }) => (entry.kind === 'orgPlan' ? [entry.holder] : [])),
      plans.map(({ entry }) => entry.holder),
      new Date(at).toISOString(),
    ],
  );
}

/** The next rating and closing find out anew when something is due. */
async function bringForward(client: pg.ClientBase, changes: readonly Change[]) {
  const of = (kind: string) => changes.filter(({ entry }) => entry.kind === kind).map(({ entry }) => entry.holder);
  await client.query(
    `update org_billing set next_rating_at = '-infinity', next_close_at = '-infinity' where org_id in (
        select unnest($1::text[]) union select org_id from org_plan where plan_id = any($2) order by 1)`,
    [[...of('org'), ...of('orgPlan'), ...of('orgPrice')], of('planPrice')],
  );
}

function windowsOf(changes: readonly Change[], kind: 'planPrice' | 'orgPrice') {
  return changes
    .filter(({ entry }) => entry.kind === kind)
    .map(({ entry, before, after }) => {
      const untils = [before, after]
        .filter((members) => members !== undefined)
        .map((members) => members['until'] ?? null);
      const ends = untils.filter((until) => typeof until === 'number');
      const isOpen = ends.length < untils.length;
      return {
        holder: entry.holder,
        meter: entry.meter,
        from_at: fromText(entry.from),
        until_at: isOpen ? 'infinity' : new Date(Math.max(...ends)).toISOString(),
      };
    });
}
