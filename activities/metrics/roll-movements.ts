import type pg from 'pg';
import { movementsOf, type MrrChange } from '#domain/billing/mrr';
import { instantText, msOf } from '../instant-text.ts';
import type { DirtyDay } from './marks.ts';
import { providerOrg } from './provider-org.ts';

interface ChangeRow {
  org_id: string;
  subscription_id: string;
  event_id: string;
  changed_ms: number;
  currency: string;
  mrr_minor: string;
}

/**
 * The movements of orgs' MRR, what they come to by month, and the cohorts they belong to, all computed again: an early change that comes late turns
 * what was new into an expansion. Gives the days that changed.
 * Key: movement (org, event, currency); month (org, currency, month); cohort (org, currency).
 */
export async function rollMovements(client: pg.ClientBase, orgIds: readonly string[]): Promise<DirtyDay[]> {
  if (orgIds.length === 0) return [];
  const movements = movementsOf(await loadChanges(client, orgIds));
  const { rows } = await client.query<{ org_id: string; day: string }>({
    name: 'write-movements',
    text: `with fresh as materialized (select * from json_populate_recordset(null::mrr_movement, $2)),
      gone as (
        delete from mrr_movement m where m.org_id = any ($1)
          and (m.org_id, m.event_id, m.currency) not in (select org_id, event_id, currency from fresh) returning m.org_id, m.at),
      put as (
        insert into mrr_movement as t (org_id, event_id, currency, subscription_id, at, kind, amount_minor)
        select org_id, event_id, currency, subscription_id, at, kind, amount_minor from fresh
        on conflict (org_id, event_id, currency) do update set subscription_id = excluded.subscription_id, at = excluded.at, kind = excluded.kind,
          amount_minor = excluded.amount_minor
          where (t.subscription_id, t.at, t.kind, t.amount_minor) is distinct from
            (excluded.subscription_id, excluded.at, excluded.kind, excluded.amount_minor)
        returning t.org_id, t.at)
      select distinct org_id, ((at at time zone 'UTC')::date)::text as day from (select * from gone union all select * from put) changed`,
    values: [
      orgIds,
      JSON.stringify(
        movements.map(({ orgId, eventId, currency, subscriptionId, at, kind, amountMinor }) => ({
          org_id: orgId,
          event_id: eventId,
          currency,
          subscription_id: subscriptionId,
          at: instantText(at),
          kind,
          amount_minor: String(amountMinor),
        })),
      ),
    ],
  });
  await writeMonths(client, orgIds);
  await writeCohorts(client, orgIds);
  return rows.map(({ org_id: orgId, day }) => ({ orgId, topic: 'subscriptions', day }));
}

async function loadChanges(client: pg.ClientBase, orgIds: readonly string[]): Promise<MrrChange[]> {
  const { rows } = await client.query<ChangeRow>({
    name: 'load-mrr-changes',
    text: `select org_id, subscription_id, event_id, ${msOf('changed_at')} as changed_ms, currency, mrr_minor
      from subscription_change where org_id = any ($1) and currency is not null`,
    values: [orgIds],
  });
  return rows.map((row) => ({
    orgId: row.org_id,
    subscriptionId: row.subscription_id,
    eventId: row.event_id,
    changedAt: row.changed_ms,
    currency: row.currency,
    mrrMinor: BigInt(row.mrr_minor),
  }));
}

/** Marks the months that changed for all orgs together. */
async function writeMonths(client: pg.ClientBase, orgIds: readonly string[]) {
  await client.query({
    name: 'write-mrr-months',
    text: `with fresh as materialized (select * from mrr_months_of($1)),
      gone as (
        delete from mrr_month m where m.org_id = any ($1)
          and (m.org_id, m.currency, m.month) not in (select org_id, currency, month from fresh) returning m.month),
      put as (
        insert into mrr_month as t select * from fresh
        on conflict (org_id, currency, month) do update set cohort = excluded.cohort, previous_month = excluded.previous_month,
          next_month = excluded.next_month, level_minor = excluded.level_minor, new_minor = excluded.new_minor,
          reactivation_minor = excluded.reactivation_minor, expansion_minor = excluded.expansion_minor,
          contraction_minor = excluded.contraction_minor, churn_minor = excluded.churn_minor
          where t is distinct from excluded
        returning t.month)
      insert into metric_mark (org_id, topic, day)
        select '${providerOrg}', 'all:mrr', month from (select month from gone union select month from put) changed`,
    values: [orgIds],
  });
}

async function writeCohorts(client: pg.ClientBase, orgIds: readonly string[]) {
  await client.query({
    name: 'write-cohorts',
    text: `with fresh as materialized (
        select org_id, currency, date_trunc('month', at at time zone 'UTC')::date as month from mrr_movement
        where org_id = any ($1) and kind = 'new'),
      gone as (delete from mrr_cohort c where c.org_id = any ($1) and (c.org_id, c.currency) not in (select org_id, currency from fresh))
      insert into mrr_cohort as t (org_id, currency, month) select org_id, currency, month from fresh
        on conflict (org_id, currency) do update set month = excluded.month where t.month <> excluded.month`,
    values: [orgIds],
  });
}
