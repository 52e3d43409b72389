import type pg from 'pg';
import type { Violation } from '#prisma/invariants';
import { inTenants } from '#prisma/pool';
import { lockOrgs } from '../../billing/lock-orgs.ts';
import { instantText } from '../../instant-text.ts';
import type { SlotAt } from '../job-phase.ts';
import { recordJobEvents, type JobEvent } from '../record-job-events.ts';
import { isParkedFor, parkFor, unparkFor } from './parking.ts';

export interface Parking {
  readonly invariant: string;
  readonly kind: 'invoice' | 'org';
  readonly slot: SlotAt;
  readonly violations: readonly Violation[];
  /** Nothing was left out of the violations, so what is not among them is well. */
  readonly isWhole: boolean;
}

interface Thing {
  readonly orgId: string;
  readonly id: string;
  readonly reason: string | null;
}

const tables = {
  invoice: {
    name: 'invoice',
    parked: `select org_id as "orgId", id, parked_reason as reason from invoice where parked_at is not null`,
    named: `select t.org_id as "orgId", t.id, t.parked_reason as reason from unnest($1::text[], $2::text[]) as w(org_id, id)
      join invoice t on t.org_id = w.org_id and t.id = w.id order by 1, 2 for update of t`,
    update: `update invoice t set parked_at = case when w.reason is null then null else coalesce(t.parked_at, $2) end, parked_reason = w.reason
      from json_to_recordset($1) as w(org_id text, id text, reason text) where t.org_id = w.org_id and t.id = w.id`,
  },
  org: {
    name: 'org',
    parked: `select org_id as "orgId", org_id as id, parked_reason as reason from org_billing where parked_at is not null`,
    named: `select t.org_id as "orgId", t.org_id as id, t.parked_reason as reason from unnest($1::text[], $2::text[]) as w(org_id, id)
      join org_billing t on t.org_id = w.org_id order by 1 for update of t`,
    update: `update org_billing t set parked_at = case when w.reason is null then null else coalesce(t.parked_at, $2) end, parked_reason = w.reason
      from json_to_recordset($1) as w(org_id text, id text, reason text) where t.org_id = w.org_id`,
  },
} as const;

/** Parks what is found, and lets go what this invariant parked and is found no more. Key: the reason, which names the invariants. */
export async function parkThings(
  { db, verifier }: { readonly db: pg.Pool; readonly verifier: pg.Pool },
  { invariant, kind, slot, violations, isWhole }: Parking,
): Promise<{ readonly parked: number; readonly unparked: number }> {
  const table = tables[kind];
  const found = new Map(violations.flatMap((one) => thingOf(kind, one)));
  const { rows: parked } = await verifier.query<Thing>(table.parked);
  const gone = isWhole ? parked.filter((one) => isParkedFor(one.reason, invariant) && !found.has(keyOf(one))) : [];
  const concerned = [...found.values(), ...gone];
  if (concerned.length === 0) return { parked: 0, unparked: 0 };
  const orgIds = [...new Set(concerned.map(({ orgId }) => orgId))];
  return inTenants(db, orgIds, async (client) => {
    await lockOrgs(client, orgIds);
    const { rows } = await client.query<Thing>({
      text: table.named,
      values: [concerned.map(({ orgId }) => orgId), concerned.map(({ id }) => id)],
    });
    const changes = rows.flatMap((thing) => changeOf(thing, invariant, found.has(keyOf(thing))));
    const told = changes.map(({ orgId, id, reason }) => ({ org_id: orgId, id, reason }));
    await client.query({ text: table.update, values: [JSON.stringify(told), instantText(slot.at)] });
    const events = changes.flatMap((change) => eventOf(table.name, invariant, change));
    await recordJobEvents(client, { job: 'invariants', slot: slot.slot }, events);
    return {
      parked: events.filter(({ action }) => action === 'parked').length,
      unparked: events.filter(({ action }) => action === 'unparked').length,
    };
  });
}

interface Change extends Thing {
  readonly before: string | null;
}

function changeOf(thing: Thing, invariant: string, isFound: boolean): Change[] {
  const { reason: before } = thing;
  const reason = isFound ? parkFor(before, invariant) : before === null ? null : unparkFor(before, invariant);
  return reason === undefined || reason === before ? [] : [{ ...thing, before, reason }];
}

function eventOf(name: string, invariant: string, { orgId, id, before, reason }: Change): JobEvent[] {
  if ((before === null) === (reason === null)) return [];
  const action = reason === null ? 'unparked' : 'parked';
  return [{ action, orgId, subject: `${name}/${id}`, detail: { invariant } }];
}

function thingOf(kind: Parking['kind'], { orgId, subject }: Violation): [string, Thing][] {
  if (orgId === null) return [];
  const thing = { orgId, id: kind === 'org' ? orgId : subject, reason: null };
  return [[keyOf(thing), thing]];
}

function keyOf({ orgId, id }: Thing): string {
  return JSON.stringify([orgId, id]);
}
