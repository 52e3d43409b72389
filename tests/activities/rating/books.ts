import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Aggregation } from '#domain/billing/aggregation';
import type { Counts } from '#activities/jobs/job-phase';
import { ratingPhase } from '#activities/rating/rating-phase';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { makeOrg } from '#tests/support/events';

/** What an org is billed by, and what it used, as a test says it. */
export interface PriceTold {
  readonly meter: string;
  readonly price: object;
  readonly aggregation?: Aggregation;
  readonly from?: string;
  readonly until?: string;
}

export interface OrgTold {
  readonly id?: string;
  readonly zone?: string;
  readonly anchorDay?: number;
  readonly taxRate?: string;
  readonly prices?: readonly PriceTold[];
  /** From when on the org has its plan; `null` for none. */
  readonly from?: string | null;
}

export interface UsageTold {
  readonly meter?: string;
  readonly quantity: string | number;
  readonly at: string;
  readonly until?: string;
  readonly received?: string;
  readonly isCorrection?: boolean;
  readonly rowId?: string;
}

/** An org with a plan of its own. */
export async function makeBilledOrg(db: pg.Pool, told: OrgTold = {}): Promise<string> {
  const orgId = await makeOrg(db, told.id);
  await db.query('update org set time_zone = $2, anchor_day = $3, tax_rate = $4 where id = $1', [
    orgId,
    told.zone ?? 'UTC',
    told.anchorDay ?? 1,
    told.taxRate ?? null,
  ]);
  if (told.from === null) return orgId;
  const planId = `plan-${orgId}`;
  await db.query('insert into plan (id, name) values ($1, $1)', [planId]);
  for (const price of told.prices ?? []) await addPrice(db, planId, price);
  await givePlan(db, orgId, planId, told.from ?? '2026-01-01T00:00:00Z');
  return orgId;
}

export async function addPrice(db: pg.Pool, planId: string, { meter, price, aggregation, from, until }: PriceTold) {
  await db.query('insert into meter (id, name, aggregation) values ($1, $1, $2) on conflict do nothing', [
    meter,
    aggregation ?? 'sum',
  ]);
  await db.query('insert into plan_price (plan_id, meter, from_at, until_at, price) values ($1, $2, $3, $4, $5)', [
    planId,
    meter,
    from ?? '2020-01-01T00:00:00Z',
    until ?? null,
    JSON.stringify(price),
  ]);
}

/** As the catalogue does it: who has new terms is rated from the beginning. */
export async function givePlan(db: pg.Pool, orgId: string, planId: string | null, from: string) {
  await db.query('insert into org_plan (org_id, plan_id, from_at) values ($1, $2, $3)', [orgId, planId, from]);
  await db.query(`update org_billing set next_rating_at = '-infinity' where org_id = $1`, [orgId]);
}

/** By the catalogue, at an instant; the next night looks at all that the org's terms hold. */
export async function changeGrace(db: pg.Pool, orgId: string, graceHours: number, at: string) {
  const read = readCatalogueText(JSON.stringify({ orgs: { [orgId]: { graceHours } } }));
  const applied = read.ok && (await applyCatalogue(db, read.file, { at: Date.parse(at), by: 'ann' }));
  if (!applied || !applied.ok) throw new Error(`a grace of ${graceHours} hours was refused`);
}

export async function addUsage(db: pg.Pool | pg.ClientBase, orgId: string, rows: readonly UsageTold[]) {
  const told = rows.map(({ meter, quantity, at, until, received, isCorrection, rowId }, index) => ({
    org_id: orgId,
    row_index: index,
    row_id: rowId,
    meter: meter ?? 'calls',
    quantity: String(quantity),
    window_start: at,
    window_end: until ?? new Date(Date.parse(at) + 1).toISOString(),
    received_at: received ?? at,
    is_correction: isCorrection ?? false,
  }));
  await db.query(
    `insert into usage_meter (org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at, is_correction)
    select org_id, $2, row_index, row_id, meter, quantity, window_start, window_end, received_at, received_at, is_correction
    from json_populate_recordset(null::usage_meter, $1)`,
    [JSON.stringify(told), `evt_${randomBytes(8).toString('hex')}`],
  );
}

/** One night: the phase as the job runs it. */
export async function rateNight(worker: pg.Pool, slotAt: string, isForced = false): Promise<Counts[]> {
  const phase = ratingPhase(worker);
  const slot = { slot: slotAt.slice(0, 10), at: Date.parse(slotAt), isForced };
  const due = await phase.due(slot, undefined);
  return due.length === 0 ? [] : [await phase.apply(due, slot)];
}

export interface LineRead {
  readonly month: string;
  readonly currency: string;
  readonly source_key: string;
  readonly stream: string;
  readonly amount: number;
  readonly quantity: string;
  readonly is_late: boolean;
}

/** The lines of an org's rated invoices, in the order in which they were written. */
export async function linesOf(db: pg.Pool, orgId: string): Promise<LineRead[]> {
  const { rows } = await db.query<LineRead>(
    `select split_part(i.ref, ':', 1) as month, i.currency, l.source_key, l.stream, l.amount_minor::float8 as amount,
      trim_scale(l.quantity)::text as quantity, l.is_late
    from invoice_line l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
    where l.org_id = $1 and i.source = 'rated' order by l.created_at, l.source_key`,
    [orgId],
  );
  return rows;
}

export async function amountsOf(db: pg.Pool, orgId: string): Promise<number[]> {
  return (await linesOf(db, orgId)).map(({ amount }) => amount);
}

/** Violations of what holds after every rating: totals are sums of lines, and what is kept of a period is what its lines and rows come to. */
export async function brokenBooks(db: pg.Pool): Promise<unknown[]> {
  const { rows } = await db.query(
    `select 'total' as what, i.org_id, i.id from invoice i
      left join lateral (select sum(l.amount_minor) as lines from invoice_line l where l.org_id = i.org_id and l.invoice_id = i.id) l on true
      where i.source = 'rated' and coalesce(l.lines, 0) <> i.subtotal_minor
    union all
    select 'booked', r.org_id, r.meter from rated_period r
      left join lateral (select sum(l.amount_minor) as booked, sum(l.quantity) filter (where l.explanation ->> 'kind' = 'usage') as quantity
        from invoice_line l where l.org_id = r.org_id and l.meter = r.meter and l.period_start = r.period_start) l on true
      where coalesce(l.booked, 0) <> r.booked_minor
    union all
    select 'rows', r.org_id, r.meter from rated_period r
      where r.meter <> 'ai.overage' and r.usage_rows <> (select count(*) from usage_meter u where u.org_id = r.org_id and u.meter = r.meter
        and u.window_start >= r.period_start and u.window_start < r.period_end)
    union all
    select 'unrated', u.org_id, u.meter from usage_meter u
      where not exists (select from rated_period r where r.org_id = u.org_id and r.meter = u.meter
          and u.window_start >= r.period_start and u.window_start < r.period_end)
        and not exists (select from unrated_usage r where r.org_id = u.org_id and r.meter = u.meter
          and u.window_start >= r.period_start and u.window_start < r.period_end)`,
  );
  return rows;
}
