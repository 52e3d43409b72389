import { hash } from 'node:crypto';
import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import { eventSchema, type EventType } from '#domain/events';
import type { EpochMs } from '#domain/instants';
import { decide } from '../decide.ts';
import type { EntityKey } from '../entity-key.ts';
import { instantText } from '../instant-text.ts';
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
  const { entity, type, data, at } = telling;
  const body = JSON.stringify({ type, tenantId: entity.orgId, occurredAt: new Date(at).toISOString(), data });
  const read = eventSchema.safeParse(JSON.parse(body));
  if (!read.success) return refusal('malformed');
  const eventId = staffEventId(command);
  const receivedAt = await record(client, command, telling, eventId, body);
  const stored: EntityEvent = {
    orgId: entity.orgId,
    eventId,
    type,
    occurredAt: at,
    receivedAt,
    entity,
    event: read.data,
  };
  const decisions = decide([stored], await loadHistory(client, [entity]));
  const own = decisions.verdicts.find((one) => one.stored.eventId === eventId);
  if (own?.verdict.status !== 'applied') return refusal('not_applicable');
  if (decisions.verdicts.length > 1) return refusal('later_event');
  await writeBooks(client, decisions.rows, decisions.shrunk);
  await writeVerdicts(client, decisions.verdicts, `command:${command.orgId}:${command.id}`);
  return { eventId };
}

const idBytes = 20;

/** A pure function of the command, so that no command tells two. */
function staffEventId({ orgId, id }: StaffCommand): string {
  const digest = hash('sha256', `staff-event\n${orgId}\n${id}`, 'buffer');
  return `evt_${digest.subarray(0, idBytes).toString('base64url')}`;
}

async function record(
  client: pg.ClientBase,
  command: StaffCommand,
  { entity, type, at }: Telling,
  eventId: string,
  body: string,
): Promise<EpochMs> {
  const { rows } = await client.query<{ ms: number }>({
    text: 'select (extract(epoch from record_staff_event($1, $2, $3, $4, $5, $6, $7, $8)) * 1000)::float8 as ms',
    values: [entity.orgId, eventId, type, body, entity.kind, entity.id, command.id, instantText(at)],
  });
  return Math.round(rows[0]?.ms ?? at);
}
