import type pg from 'pg';
import { movementsOf, type MrrChange } from '#domain/billing/mrr';
import { instantText, msOf } from '../instant-text.ts';
import type { DirtyDay } from './marks.ts';

interface ChangeRow {
  org_id: string;
  subscription_id: string;
  event_id: string;
  changed_ms: number;
  currency: string;
  mrr_minor: string;
}

/**
 * The movements of orgs' MRR, and the cohorts they belong to, all computed again: an early change that comes late turns what was new into an
 * expansion. Gives the days that changed.
 * Key: movement (org, event, currency); cohort (org, currency).
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
