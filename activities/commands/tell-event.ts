import { hash } from 'node:crypto';
import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import { eventSchema, type EventType } from '#domain/events';
import type { EpochMs } from '#domain/instants';
import { decide } from '../decide.ts';
import type { EntityKey } from '../entity-key.ts';
import { instantText, msOf } from '../instant-text.ts';
import { loadBusinessHours } from '../load-business-hours.ts';
import { loadHistory, type EntityEvent } from '../load-events.ts';
import { writeBooks } from '../write-books.ts';
import { writeVerdicts } from '../write-verdicts.ts';
import type { StaffCommand } from './command.ts';

/** What staff tell of one thing: the type and the members of an event, at an instant. */
export interface Telling {
  readonly entity: EntityKey;
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: EpochMs;
}

/**
 * Tells an event in the name of staff, and decides it with all that the tenant told of the thing: whatever comes later is folded in its order.
 * The thing is locked. Refused where it could not be applied, or where an event that lies later no longer could.
 * Key: the command's event.
 */
export async function tellEvent(
  client: pg.ClientBase,
  command: StaffCommand,
  telling: Telling,
): Promise<Refusal | { readonly eventId: string }> {
  const told = await tellEvents(client, command, [telling]);
  return isRefusal(told) ? told : { eventId: told.eventIds.join() };
}

/** The same of several things at once: all of them, or none. Key: the command's event of each. */
export async function tellEvents(
  client: pg.ClientBase,
  command: StaffCommand,
  tellings: readonly Telling[],
): Promise<Refusal | { readonly eventIds: readonly string[] }> {
  const stored: EntityEvent[] = [];
  for (const [index, telling] of tellings.entries()) {
    const one = await tell(client, command, telling, index);
    if (isRefusal(one)) return one;
    stored.push(one);
  }
  const history = await loadHistory(
    client,
    tellings.map(({ entity }) => entity),
  );
  const decisions = decide(stored, history, await loadBusinessHours(client, stored));
  const own = new Set(stored.map(({ eventId }) => eventId));
  const isApplied = decisions.verdicts.every((one) => !own.has(one.stored.eventId) || one.verdict.status === 'applied');
  if (!isApplied) return refusal('not_applicable');
  if (decisions.verdicts.length > stored.length) return refusal('later_event');
  await writeBooks(client, decisions.rows, decisions.shrunk);
  await writeVerdicts(client, decisions.verdicts, `command:${command.orgId}:${command.id}`);
  return { eventIds: [...own] };
}

async function tell(
  client: pg.ClientBase,
  command: StaffCommand,
  telling: Telling,
  index: number,
): Promise<EntityEvent | Refusal> {
  const { entity, type, data, at } = telling;
  const body = JSON.stringify({ type, tenantId: entity.orgId, occurredAt: new Date(at).toISOString(), data });
  const read = eventSchema.safeParse(JSON.parse(body));
  if (!read.success) return refusal('malformed');
  const name = index === 0 ? command.id : `${command.id}:${index}`;
  const eventId = staffEventId(command.orgId, name);
  const receivedAt = await record(client, name, telling, eventId, body);
  return {
    orgId: entity.orgId,
    eventId,
    type,
    occurredAt: at,
    receivedAt,
    source: { command: name },
    entity,
    event: read.data,
  };
}

const idBytes = 20;

/** A pure function of the command and the place in it, so that no command tells one twice. */
function staffEventId(orgId: string, name: string): string {
  const digest = hash('sha256', `staff-event\n${orgId}\n${name}`, 'buffer');
  return `evt_${digest.subarray(0, idBytes).toString('base64url')}`;
}

async function record(
  client: pg.ClientBase,
  name: string,
  { entity, type, at }: Telling,
  eventId: string,
  body: string,
): Promise<EpochMs> {
  const { rows } = await client.query<{ ms: number }>({
    text: `select ${msOf('record_staff_event($1, $2, $3, $4, $5, $6, $7, $8)')} as ms`,
    values: [entity.orgId, eventId, type, body, entity.kind, entity.id, name, instantText(at)],
  });
  return Math.round(rows[0]?.ms ?? at);
}
