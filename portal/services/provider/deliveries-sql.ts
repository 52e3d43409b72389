import { eventTypes } from '#domain/event-types';
import type { Bind } from '../../lists/bind.ts';
import type { Cursor } from '../../lists/cursor.ts';
import { keysetSql } from '../../lists/keyset.ts';
import type { Direction } from '../../lists/keyset.ts';
import type { Span } from '../../lists/windows.ts';
import { eventResults, isProblemCode, isRejectionCode } from './deliveries-query.ts';
import type { DeliveriesQuery, DeliveryResult } from './deliveries-query.ts';

/** The filters of the log without its place in it. */
export type DeliveryFilters = Pick<
  DeliveriesQuery,
  'q' | 'orgs' | 'types' | 'results' | 'codes' | 'keyId' | 'eventId' | 'idempotencyKey'
>;

export const noFilters: DeliveryFilters = {
  q: undefined,
  orgs: [],
  types: [],
  results: [],
  codes: [],
  keyId: undefined,
  eventId: undefined,
  idempotencyKey: undefined,
};

/** One source of rows, walked by an index of its own. The log is the union of a few. */
export interface Branch {
  readonly isEvent: boolean;
  readonly from: string;
  /** Sort columns, as the index that is walked has them. */
  readonly at: string;
  readonly id: string;
  readonly where: readonly string[];
}

/** Only the conditions that are set become SQL: a condition that is there but says nothing would cost the index. */
export function branchesOf(filters: DeliveryFilters, span: Span | undefined, bind: Bind): readonly Branch[] {
  return [...eventBranches(filters, span, bind), ...attemptBranches(filters, span, bind)];
}

/** Lines of the log by their names, as `?row=` has them. */
export function namedBranches(names: readonly string[], bind: Bind): readonly Branch[] {
  const events = names.flatMap((name) => splitEvent(name) ?? []);
  const attempts = names.flatMap((name) => /^att_(\d{1,18})$/.exec(name)?.[1] ?? []);
  const places = `unnest(${bind(events.map(({ org }) => org))}::text[], ${bind(events.map(({ id }) => id))}::text[]) n (org_id, id)`;
  return [
    {
      isEvent: true,
      from: `${places} join event e on e.org_id = n.org_id and e.id = n.id`,
      at: 'e.received_at',
      id: 'e.id',
      where: [byTenant],
    },
    {
      isEvent: false,
      from: 'delivery_attempt a',
      at: 'a.at',
      id: 'a.id',
      where: [`a.id = any (${bind(attempts)}::bigint[])`],
    },
  ];
}

function splitEvent(name: string) {
  const dot = name.lastIndexOf('.');
  return dot > 0 && !name.includes('\0') ? { org: name.slice(0, dot), id: name.slice(dot + 1) } : undefined;
}

/** The rows of a branch: `at, is_event, org_id, event_id, attempt_id, repeats`. */
export function selectOf(
  branch: Branch,
  bind: Bind,
  page?: { readonly walk: Direction; readonly cursor: Cursor | undefined; readonly limit: number },
): string {
  const columns = branch.isEvent
    ? `${branch.at} as at, true as is_event, e.org_id, e.id as event_id, null::bigint as attempt_id, 1 as repeats`
    : `${branch.at} as at, false as is_event, a.org_id, a.event_id, a.id as attempt_id, a.repeats`;
  const conditions = [...branch.where, ...(page?.cursor ? [placeOf(branch, page.walk, page.cursor, bind)] : [])];
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : '';
  const order = page ? ` order by ${branch.at} ${page.walk}, ${branch.id} ${page.walk} limit ${page.limit}` : '';
  return `(select ${columns} from ${branch.from}${where}${order})`;
}

/** One value per row of a branch, and no more than `limit`: nothing is asked for that an index lacks. */
export function someOf({ from, where }: Branch, limit: number): string {
  return `(select 1 from ${from}${where.length > 0 ? ` where ${where.join(' and ')}` : ''} limit ${limit})`;
}

export function unionOf(branches: readonly Branch[], bind: Bind, page?: Parameters<typeof selectOf>[2]): string {
  return branches.map((branch) => selectOf(branch, bind, page)).join('\n union all ');
}

// In one millisecond events stand before attempts when the newest come first, so that a place in one source is a place in the other.
function placeOf(branch: Branch, walk: Direction, cursor: Cursor, bind: Bind): string {
  const at = bind(new Date(cursor.at));
  const isCursorEvent = cursor.id.startsWith('evt_');
  if (branch.isEvent === isCursorEvent) {
    const id = isCursorEvent ? bind(cursor.id) : `${bind(cursor.id.slice('att_'.length))}::bigint`;
    return keysetSql(walk, branch, { at, id });
  }
  const isSameInstantStillToCome = branch.isEvent === (walk === 'asc');
  return `${branch.at} ${walk === 'desc' ? '<' : '>'}${isSameInstantStillToCome ? '=' : ''} ${at}`;
}

const pending = 'exists (select 1 from event_pending p where p.org_id = e.org_id and p.event_id = e.id)';
const verdict = 'join event_verdict v on v.org_id = e.org_id and v.event_id = e.id';

// What staff told is no delivery.
const byTenant = "e.key_id <> 'staff'";
const toldByStaff = "exists (select 1 from event s where s.org_id = e.org_id and s.id = e.id and s.key_id = 'staff')";

const eventSources = {
  all: { from: 'event e', at: 'e.received_at', id: 'e.id', where: [byTenant] },
  accepted: {
    from: 'event_pending p join event e on e.org_id = p.org_id and e.id = p.event_id',
    at: 'p.received_at',
    id: 'p.event_id',
    where: [],
  },
  applied: {
    from: `event e ${verdict}`,
    at: 'e.received_at',
    id: 'e.id',
    where: [byTenant, "v.status = 'applied'", `not ${pending}`],
  },
  // By the partial index of what was rejected.
  rejected: {
    from: 'event_verdict v join event e on e.org_id = v.org_id and e.id = v.event_id',
    at: 'v.received_at',
    id: 'v.event_id',
    where: [byTenant, "v.status = 'rejected'", `not ${pending}`],
  },
  // From that index alone, where nothing is asked of the events.
  rejectedOfAll: {
    from: 'event_verdict v cross join lateral (select v.org_id, v.event_id as id) e',
    at: 'v.received_at',
    id: 'v.event_id',
    where: [`not ${toldByStaff}`, "v.status = 'rejected'", `not ${pending}`],
  },
} as const;

/** Whether nothing is asked of the events themselves. */
export function isOfAllEvents({ q, keyId, eventId, idempotencyKey, orgs, types }: DeliveryFilters): boolean {
  return [q, keyId, eventId, idempotencyKey].every((one) => one === undefined) && orgs.length + types.length === 0;
}

function eventBranches(filters: DeliveryFilters, span: Span | undefined, bind: Bind): readonly Branch[] {
  const codes = filters.codes.filter(isRejectionCode);
  if (filters.codes.length > 0 && codes.length === 0) return [];
  const asked = asksFor(filters, eventResults);
  const sources =
    codes.length > 0
      ? asked.filter((one) => one === 'rejected')
      : asked.length === eventResults.length
        ? ['all' as const]
        : asked;
  const lists = { 'e.org_id': filters.orgs, 'e.type': filters.types };
  const isOfAll = isOfAllEvents(filters);
  return sources.flatMap((name) => {
    const source = eventSources[name === 'rejected' && isOfAll ? 'rejectedOfAll' : name];
    const chosen = [
      ...spanOf(source.at, span, bind),
      ...(codes.length > 0 ? [`v.rejection_code = any (${bind(codes)})`] : []),
      ...eventConditions(filters, bind),
    ];
    const isWhole = chosen.length === 0 && isOfAll;
    // A total has no order: where nothing else is chosen, the instant gives it an index.
    const where = [...source.where, ...(isWhole ? [`${source.at} > '-infinity'`] : chosen)];
    return eachOf({ ...source, isEvent: true, where }, lists, bind);
  });
}

// Each value of a list is a branch of its own: an index has its order only below one value, and the planner knows which values are
// rare only where it sees them. A second list only filters.
function eachOf(branch: Branch, lists: Readonly<Record<string, readonly string[]>>, bind: Bind): readonly Branch[] {
  const [column, values] = Object.entries(lists).find(([, told]) => told.length > 0) ?? [];
  if (!column || !values) return [branch];
  return values.map((value) => ({ ...branch, where: [...branch.where, `${column} = ${bind(value)}`] }));
}

function eventConditions({ q, orgs, types, keyId, eventId, idempotencyKey }: DeliveryFilters, bind: Bind): string[] {
  const conditions: string[] = [];
  if (orgs.length > 0 && types.length > 0) conditions.push(`e.type = any (${bind(types)})`);
  if (keyId !== undefined) {
    const key = bind(keyId);
    // A key belongs to one org, and events are indexed by org.
    conditions.push(`e.key_id = ${key}`, `e.org_id = (select k.org_id from federation_key k where k.id = ${key})`);
  }
  if (eventId !== undefined) conditions.push(`(e.org_id, e.id) in (${byEventId(bind(eventId))})`);
  if (idempotencyKey !== undefined) conditions.push(`(e.org_id, e.id) in (${byIdempotencyKey(bind(idempotencyKey))})`);
  if (q !== undefined) {
    const text = bind(q);
    conditions.push(
      `(e.org_id, e.id) in (${byEventId(text)} union all ${byIdempotencyKey(text)} union all ${byEntity(text, bind)})`,
    );
  }
  return conditions;
}

function byEventId(text: string) {
  return `select o.id, ${text}::text from org o`;
}

/** The id of an event is a function of org and idempotency key, which finds the event by its primary key in every org. */
function byIdempotencyKey(text: string) {
  const digest = `sha256(convert_to('federation-event' || chr(10) || o.id || chr(10) || ${text}::text, 'UTF8'))`;
  return `select o.id, 'evt_' || translate(rtrim(encode(substr(${digest}, 1, 20), 'base64'), '='), '+/', '-_') from org o`;
}

const entityEventsMax = 1_000;

function byEntity(text: string, bind: Bind) {
  const kinds = [...new Set(Object.values(eventTypes).map(({ kind }) => kind))];
  return `(select n.org_id, n.id from org o cross join unnest(${bind(kinds)}::text[]) as k (kind)
    join event n on n.org_id = o.id and n.entity_kind = k.kind and n.entity_id = ${text} limit ${entityEventsMax})`;
}

function attemptBranches(filters: DeliveryFilters, span: Span | undefined, bind: Bind): readonly Branch[] {
  const { q, orgs, types, codes, keyId, eventId, idempotencyKey } = filters;
  // What was refused has no type that anyone vouched for.
  if (types.length > 0) return [];
  const problem = codes.filter(isProblemCode);
  if (codes.length > 0 && problem.length === 0) return [];
  const asked = asksFor(filters, ['refused', 'replayed']);
  if (asked.length === 0) return [];
  const where = spanOf('a.at', span, bind);
  if (asked.length === 1) where.push(asked[0] === 'replayed' ? 'a.status < 300' : 'a.status >= 300');
  if (keyId !== undefined) where.push(`a.claimed_key_id = ${bind(keyId)}`);
  if (eventId !== undefined) where.push(`a.event_id = ${bind(eventId)}`);
  if (idempotencyKey !== undefined) where.push(`a.idempotency_key = ${bind(idempotencyKey)}`);
  if (q !== undefined) {
    const text = bind(q);
    where.push(
      `(a.request_id = ${text} or a.event_id = ${text} or a.idempotency_key = ${text} or a.claimed_key_id = ${text})`,
    );
  }
  if (orgs.length > 0 && problem.length > 0) where.push(`a.code = any (${bind(problem)})`);
  const branch = { isEvent: false, from: 'delivery_attempt a', at: 'a.at', id: 'a.id', where };
  return eachOf(branch, { 'a.org_id': orgs, 'a.code': problem }, bind);
}

function spanOf(column: string, span: Span | undefined, bind: Bind): string[] {
  return span ? [`${column} >= ${bind(new Date(span.from))}`, `${column} < ${bind(new Date(span.to))}`] : [];
}

function asksFor<R extends DeliveryResult>({ results }: DeliveryFilters, among: readonly R[]): readonly R[] {
  return results.length === 0 ? among : among.filter((one) => results.includes(one));
}
