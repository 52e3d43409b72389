import type { DeliveriesQuery } from './deliveries-query.ts';

const defaultSize = 50;

/** The parameters that make this query again, without its page and open row. */
export function deliveriesParams(query: DeliveriesQuery, zone: string): URLSearchParams {
  const { q, orgs, types, results, codes, keyId, eventId, idempotencyKey, range, direction, size } = query;
  const told = {
    q,
    org: orgs.join(','),
    type: types.join(','),
    result: results.join(','),
    code: codes.join(','),
    key: keyId,
    event: eventId,
    idempotency: idempotencyKey,
    from: range?.preset ?? range?.days?.from,
    to: range?.days?.to,
    tz: query.zone === zone ? undefined : query.zone,
    sort: direction === 'asc' ? 'receivedAt' : undefined,
    tail: query.isTailing ? '5s' : undefined,
    size: size === defaultSize ? undefined : String(size),
  };
  return new URLSearchParams(Object.entries(told).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
