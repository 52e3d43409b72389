import type { ProblemCode } from '#domain/errors';
import { problems } from '#domain/errors';
import { eventTypes, isEventType } from '#domain/event-types';
import type { EventType } from '#domain/events';
import { keyIdPattern, orgIdPattern } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import type { RejectionCode } from '#domain/rejections';
import { rejections } from '#domain/rejections';
import { usageBatchType } from '#domain/usage';
import { decodeCursor } from '../../lists/cursor.ts';
import type { Cursor, CursorScope } from '../../lists/cursor.ts';
import type { Direction } from '../../lists/keyset.ts';
import { createReader } from '../../lists/url-grammar.ts';
import type { PageSize, Range, RawParams } from '../../lists/url-grammar.ts';

/** What became of a request: an event's state, or that the gateway refused it or answered it from memory. */
export const deliveryResults = ['accepted', 'applied', 'rejected', 'refused', 'replayed'] as const;
export type DeliveryResult = (typeof deliveryResults)[number];
export const eventResults = ['accepted', 'applied', 'rejected'] as const satisfies readonly DeliveryResult[];

export type DeliveryType = EventType | typeof usageBatchType;
export type DeliveryCode = ProblemCode | RejectionCode;

export const deliveryTypes: readonly DeliveryType[] = [...Object.keys(eventTypes).filter(isEventType), usageBatchType];
export const problemCodes: readonly ProblemCode[] = Object.keys(problems).filter(isProblemCode);
export const rejectionCodes: readonly RejectionCode[] = Object.keys(rejections).filter(isRejectionCode);

export interface DeliveriesQuery {
  readonly q: string | undefined;
  readonly orgs: readonly string[];
  readonly types: readonly DeliveryType[];
  readonly results: readonly DeliveryResult[];
  readonly codes: readonly DeliveryCode[];
  readonly keyId: string | undefined;
  readonly eventId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly range: Range | undefined;
  readonly zone: string;
  readonly direction: Direction;
  readonly size: PageSize;
  readonly cursor: Cursor | undefined;
  readonly isBefore: boolean;
  /** Whether the list is read again every few seconds. */
  readonly isTailing: boolean;
  /** Names of parameters that were not understood. */
  readonly dropped: readonly string[];
}

/** The one reader of the log's URL: list, figures and whatever else means the same rows. */
export function parseDeliveriesQuery(
  params: RawParams,
  told: { readonly zone: string; readonly now: EpochMs },
): DeliveriesQuery {
  const read = createReader(params, told.zone, told.now);
  const zone = read.zone();
  const filters = {
    q: read.text('q'),
    orgs: read.list('org', isOrgId),
    types: read.list('type', isDeliveryType),
    results: read.list('result', isDeliveryResult),
    codes: read.list('code', isDeliveryCode),
    keyId: read.text('key', keyIdPattern),
    eventId: read.text('event', /^evt_[A-Za-z0-9_-]{1,128}$/),
    idempotencyKey: read.text('idempotency', /^[\x21-\x7e]{1,255}$/),
    range: read.range(zone),
    zone,
    direction: read.sort(['receivedAt'], 'receivedAt').direction,
    size: read.size(),
  };
  const place = read.cursor();
  const decoded = place && decodeCursor(place.text, cursorScope(filters));
  const cursor = decoded && /^(evt_|att_\d{1,18}$)/.test(decoded.id) ? decoded : undefined;
  if (place && !cursor) read.drop(place.isBefore ? 'before' : 'after');
  const isTailing = read.text('tail', /^5s$/) !== undefined && cursor === undefined;
  return {
    ...filters,
    cursor,
    isBefore: cursor !== undefined && place?.isBefore === true,
    isTailing,
    dropped: read.dropped,
  };
}

/** A cursor belongs to one sort and one set of filters. A rolling window moves with the clock, so its word stands for it. */
export function cursorScope(
  query: Omit<DeliveriesQuery, 'cursor' | 'isBefore' | 'isTailing' | 'dropped'>,
): CursorScope {
  const { q, orgs, types, results, codes, keyId, eventId, idempotencyKey, range, zone, direction } = query;
  return [
    q,
    orgs,
    types,
    results,
    codes,
    keyId,
    eventId,
    idempotencyKey,
    range?.preset ?? range?.days,
    zone,
    direction,
  ];
}

export function hasFilters(query: DeliveriesQuery): boolean {
  const { q, orgs, types, results, codes, keyId, eventId, idempotencyKey, range } = query;
  return (
    [q, keyId, eventId, idempotencyKey, range].some((one) => one !== undefined) ||
    [orgs, types, results, codes].some((list) => list.length > 0)
  );
}

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}

export function isRejectionCode(text: string): text is RejectionCode {
  return Object.hasOwn(rejections, text);
}

function isDeliveryCode(text: string): text is DeliveryCode {
  return isProblemCode(text) || isRejectionCode(text);
}

function isDeliveryResult(text: string): text is DeliveryResult {
  return deliveryResults.some((result) => result === text);
}

function isDeliveryType(text: string): text is DeliveryType {
  return deliveryTypes.some((type) => type === text);
}

function isOrgId(text: string): text is string {
  return orgIdPattern.test(text);
}
