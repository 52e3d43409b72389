import type pg from 'pg';
import type { Change } from '#domain/billing/catalogue-changes';
import type { Entry, EntryKind } from '#domain/billing/catalogue-entries';
import type { Json } from '#domain/billing/catalogue-values';
import type { EpochMs } from '#domain/instants';
import { lockHours, moveTargets, orgsWithOtherHours } from './catalog-hours.ts';
import { retryWithNewMethod } from './catalog-methods.ts';

type Row = Readonly<Record<string, Json>>;

const lists = {
  meter: { table: 'meter', key: ['id'], columns: ['name', 'aggregation', 'unit'] },
  plan: { table: 'plan', key: ['id'], columns: ['name', 'ai_allowance'] },
  planPrice: { table: 'plan_price', key: ['plan_id', 'meter', 'from_at'], columns: ['until_at', 'price'] },
  org: { table: 'org', key: ['id'], columns: ['name', 'time_zone', 'anchor_day', 'grace_hours', 'tax_rate'] },
  orgPlan: { table: 'org_plan', key: ['org_id', 'from_at'], columns: ['plan_id'] },
  orgPrice: { table: 'org_price', key: ['org_id', 'meter', 'from_at'], columns: ['until_at', 'price'] },
} as const satisfies Record<EntryKind, { table: string; key: readonly string[]; columns: readonly string[] }>;

/** Writes what changed, each table by one statement; what is named stands before what names it. Locks the orgs that it touches, in order. */
export async function writeChanges(client: pg.ClientBase, changes: readonly Change[], at: EpochMs): Promise<void> {
  const rehoured = orgsWithOtherHours(changes);
  await lockHours(client, rehoured);
  await lockHolders(client, changes);
  await keepZones(client, changes, at);
  await keepGraces(client, changes);
  for (const kind of ['meter', 'plan', 'org', 'planPrice', 'orgPlan', 'orgPrice'] as const) {
    const own = changes.filter(({ entry }) => entry.kind === kind);
    await remove(client, kind, own.filter(({ after }) => after === undefined).map(rowOf));
    await write(client, kind, own.filter(({ after }) => after !== undefined).map(rowOf));
  }
  await writeBilling(client, changes, at);
  await moveTargets(client, rehoured);
  await retryWithNewMethod(client, changes, at);
}

export function fromText(from: EpochMs | undefined): string {
  return from === undefined || !Number.isFinite(from) ? '-infinity' : new Date(from).toISOString();
}

/** Before anything is written: the orgs that changed, and those of a plan that did. */
async function lockHolders(client: pg.ClientBase, changes: readonly Change[]) {
  const holders = (isOf: (kind: EntryKind) => boolean) =>
    changes.filter(({ entry }) => isOf(entry.kind)).map(({ entry }) => entry.holder);
  await client.query(
    `select from org_billing where org_id = any($1) or org_id in (select org_id from org_plan where plan_id = any($2))
      order by org_id for update`,
    [
      holders((kind) => kind === 'org' || kind === 'orgPlan' || kind === 'orgPrice'),
      holders((kind) => kind === 'plan' || kind === 'planPrice'),
    ],
  );
}

/** A zone holds from when it is applied; the one before it for all that was before. */
async function keepZones(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const moved = changes.filter(
    ({ entry, before, after }) => entry.kind === 'org' && before && before['timeZone'] !== after?.['timeZone'],
  );
  const rows = moved.map(({ entry, before, after }) => ({
    org_id: entry.holder,
    before: before?.['timeZone'],
    after: after?.['timeZone'],
  }));
  await client.query(
    `insert into org_zone (org_id, from_at, time_zone)
      select z.org_id, '-infinity', z.before from json_to_recordset($1) as z(org_id text, before text)
      where not exists (select from org_zone o where o.org_id = z.org_id)`,
    [JSON.stringify(rows)],
  );
  await client.query(
    `insert into org_zone (org_id, from_at, time_zone)
      select z.org_id, $2, z.after from json_to_recordset($1) as z(org_id text, after text)
      on conflict (org_id, from_at) do update set time_zone = excluded.time_zone`,
    [JSON.stringify(rows), new Date(at).toISOString()],
  );
}

/** Another grace holds for what is not closed yet: what came late to a closed period stays late, and what came in time in time. */
async function keepGraces(client: pg.ClientBase, changes: readonly Change[]) {
  const rows = changes
    .filter(
      ({ entry, before, after }) => entry.kind === 'org' && before && before['graceHours'] !== after?.['graceHours'],
    )
    .map(({ entry, before }) => ({ org_id: entry.holder, grace_hours: before?.['graceHours'] }));
  await client.query(
    `update rated_period r set grace_hours = g.grace_hours from json_to_recordset($1) as g(org_id text, grace_hours smallint)
      where r.org_id = g.org_id and r.closed_at is not null and r.grace_hours is null`,
    [JSON.stringify(rows)],
  );
}

async function write(client: pg.ClientBase, kind: EntryKind, rows: readonly Row[]) {
  if (rows.length === 0) return;
  const { table, key, columns } = lists[kind];
  const all = [...key, ...columns].join(', ');
  const set = columns.map((column) => `${column} = excluded.${column}`).join(', ');
  await client.query(
    `insert into ${table} (${all}) select ${all} from json_populate_recordset(null::${table}, $1)
      on conflict (${key.join(', ')}) do update set ${set}`,
    [JSON.stringify(rows)],
  );
}

async function remove(client: pg.ClientBase, kind: EntryKind, rows: readonly Row[]) {
  if (rows.length === 0) return;
  const { table, key } = lists[kind];
  const isSame = key.map((column) => `t.${column} = r.${column}`).join(' and ');
  await client.query(`delete from ${table} t using json_populate_recordset(null::${table}, $1) r where ${isSame}`, [
    JSON.stringify(rows),
  ]);
}

async function writeBilling(client: pg.ClientBase, changes: readonly Change[], at: EpochMs) {
  const rows = changes
    .filter(({ entry }) => entry.kind === 'org')
    .map(({ entry, after }) => ({
      org_id: entry.holder,
      due_days: after?.['dueDays'],
      dunning_policy: after?.['dunning'],
      business_hours: after?.['businessHours'],
      ...methodOf(after?.['paymentMethod']),
    }));
  await client.query(
    `update org_billing b set due_days = r.due_days, dunning_policy = nullif(r.dunning_policy, 'null'::jsonb),
        business_hours = nullif(r.business_hours, 'null'::jsonb),
        payment_provider = r.payment_provider, payment_token = r.payment_token,
        payment_method_at = case when (b.payment_provider, b.payment_token) is distinct from (r.payment_provider, r.payment_token)
          then $2 else b.payment_method_at end
      from json_populate_recordset(null::org_billing, $1) r where b.org_id = r.org_id`,
    [JSON.stringify(rows), new Date(at).toISOString()],
  );
}

function methodOf(method: Json): Row {
  if (typeof method !== 'object' || method === null || !('token' in method))
    return { payment_provider: null, payment_token: null };
  return { payment_provider: method.provider, payment_token: method.token };
}

function rowOf({ entry, after = {} }: Change): Row {
  const { kind, holder } = entry;
  switch (kind) {
    case 'meter':
      return { id: holder, name: after['name'], aggregation: after['aggregation'], unit: after['unit'] };
    case 'plan':
      return { id: holder, name: after['name'], ai_allowance: after['ai'] };
    case 'planPrice':
      return { plan_id: holder, ...datedOf(entry), until_at: instantOf(after['until']), price: after['price'] };
    case 'org':
      return {
        id: holder,
        name: after['name'],
        time_zone: after['timeZone'],
        anchor_day: after['anchorDay'],
        grace_hours: after['graceHours'],
        tax_rate: after['taxRate'],
      };
    case 'orgPlan':
      return { org_id: holder, from_at: fromText(entry.from), plan_id: after['plan'] };
    case 'orgPrice':
      return { org_id: holder, ...datedOf(entry), until_at: instantOf(after['until']), price: after['price'] };
  }
}

function datedOf({ meter, from }: Entry): Row {
  return { meter, from_at: fromText(from) };
}

function instantOf(value: Json): string | null {
  return typeof value === 'number' ? new Date(value).toISOString() : null;
}
