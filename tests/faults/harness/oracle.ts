import { foldEntity } from '#activities/books';
import type { EntityKey } from '#activities/entity-key';
import type { Row, TableName } from '#activities/tables';
import { eventTypes, subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import type { Occurred } from '#domain/fold';
import { usageBatchType, usageRows } from '#domain/usage';
import { expectedId, type Request } from './plan.ts';

/** What the database must hold of these requests, each accepted once, whatever happened on the way. */
export interface Expected {
  readonly verdicts: readonly ExpectedVerdict[];
  readonly activities: readonly ExpectedActivity[];
  readonly rows: ReadonlyMap<TableName, readonly Row[]>;
  readonly usage: readonly ExpectedUsage[];
}

export interface ExpectedVerdict {
  readonly org_id: string;
  readonly event_id: string;
  readonly status: string;
  readonly rejection_code: string | null;
}

interface ExpectedActivity {
  readonly org_id: string;
  readonly event_id: string;
  readonly entity_kind: string;
  readonly entity_id: string;
  readonly action: string;
}

interface ExpectedUsage {
  readonly org_id: string;
  readonly event_id: string;
  readonly row_index: number;
  readonly meter: string;
  readonly quantity: string;
}

interface Entity {
  readonly key: EntityKey;
  readonly history: Occurred[];
}

/** The folds over all that was accepted, in `occurredAt` order. */
export function expectedOf(accepted: readonly Request[]): Expected {
  const verdicts: ExpectedVerdict[] = [];
  const activities: ExpectedActivity[] = [];
  const rows = new Map<TableName, Row[]>();
  const usage: ExpectedUsage[] = [];
  const entities = new Map<string, Entity>();
  const decide = (
    orgId: string,
    eventId: string,
    action: string,
    subject: { kind: string; id: string },
    code?: string,
  ) => {
    const about = { org_id: orgId, event_id: eventId };
    verdicts.push({ ...about, status: code ? 'rejected' : 'applied', rejection_code: code ?? null });
    if (!code) activities.push({ ...about, entity_kind: subject.kind, entity_id: subject.id, action });
  };
  for (const request of accepted) {
    if (request.route === 'usage' || isUsage(request)) {
      const eventId = expectedId(request);
      decide(request.tenantId, eventId, typeOf(request), { kind: 'usage', id: eventId });
      usage.push(...usageOf(request));
    } else collect(entities, request);
  }
  for (const { key, history } of entities.values()) {
    const { folded, rows: booked } = foldEntity(key, history);
    for (const [index, { eventId, event }] of folded.ordered.entries()) {
      const verdict = folded.verdicts[index];
      decide(key.orgId, eventId, event.type, key, verdict?.status === 'rejected' ? verdict.code : undefined);
    }
    for (const [table, list] of entriesOf(booked)) rows.set(table, [...(rows.get(table) ?? []), ...list]);
  }
  return { verdicts, activities, rows, usage };
}

function collect(entities: Map<string, Entity>, request: Request) {
  const event = read(request);
  const subject = subjectOf(event);
  if (!subject || event.type === 'usage.reported') throw new Error(`${event.type} is about nothing`);
  const kind = eventTypes[event.type].kind;
  const name = JSON.stringify([request.tenantId, kind, subject.id]);
  const entity = entities.get(name) ?? { key: { orgId: request.tenantId, kind, id: subject.id }, history: [] };
  entities.set(name, entity);
  entity.history.push({ eventId: expectedId(request), event });
}

function read({ content }: Request) {
  const parsed = parseEvent(content, Date.now());
  if (!parsed.ok) throw new Error(`the plan holds an invalid event: ${JSON.stringify(parsed.issues)}`);
  return parsed.value;
}

function isUsage(request: Request) {
  return typeOf(request) === 'usage.reported';
}

function typeOf(request: Request): string {
  return request.route === 'usage' ? usageBatchType : read(request).type;
}

function usageOf(request: Request): ExpectedUsage[] {
  const base = { org_id: request.tenantId, event_id: expectedId(request) };
  if (request.route === 'usage')
    return usageRows.parse(request.content).map(({ meter, quantity }, index) => ({
      ...base,
      row_index: index,
      meter,
      quantity: `${quantity}`,
    }));
  const event = read(request);
  if (event.type !== 'usage.reported') return [];
  return [{ ...base, row_index: 0, meter: event.data.meter, quantity: `${event.data.quantity}` }];
}

function entriesOf(rows: Readonly<Partial<Record<TableName, readonly Row[]>>>): [TableName, readonly Row[]][] {
  const entries: [TableName, readonly Row[]][] = [];
  for (const name in rows) if (isTable(name, rows)) entries.push([name, rows[name] ?? []]);
  return entries;
}

function isTable(name: string, rows: object): name is TableName {
  return Object.hasOwn(rows, name);
}
