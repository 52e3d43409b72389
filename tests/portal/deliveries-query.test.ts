import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '#portal/lists/cursor';
import { cursorScope, parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { deliveriesParams } from '#portal/services/provider/deliveries-url';

const told = { zone: 'UTC', now: Date.UTC(2026, 10, 24, 14, 6) };
const parse = (text: string) => parseDeliveriesQuery(Object.fromEntries(new URLSearchParams(text)), told);

describe("the log's URL", () => {
  it('an empty one is the newest fifty of everything', () => {
    expect(parse('')).toEqual({
      q: undefined,
      orgs: [],
      types: [],
      results: [],
      codes: [],
      keyId: undefined,
      eventId: undefined,
      idempotencyKey: undefined,
      range: undefined,
      zone: 'UTC',
      direction: 'desc',
      size: 50,
      cursor: undefined,
      isBefore: false,
      isTailing: false,
      dropped: [],
    });
  });

  it('lists are comma-separated, and each value counts once', () => {
    expect(parse('result=applied,rejected,applied&org=acme,globex&type=lead.created,usage.batch')).toMatchObject({
      results: ['applied', 'rejected'],
      orgs: ['acme', 'globex'],
      types: ['lead.created', 'usage.batch'],
      dropped: [],
    });
  });

  it.each([
    ['result=applied,lost', 'result', { results: ['applied'] }],
    ['type=lead.deleted', 'type', { types: [] }],
    ['code=signature_invalid,nope', 'code', { codes: ['signature_invalid'] }],
    ['org=acme,%27%20or%201=1', 'org', { orgs: ['acme'] }],
    ['size=7', 'size', { size: 50 }],
    ['size=1e2', undefined, { size: 100 }],
    ['sort=-amount', 'sort', { direction: 'desc' }],
    ['sort=receivedAt', undefined, { direction: 'asc' }],
    ['from=2026-02-30', 'from', { range: undefined }],
    ['from=2026-11-02&to=2026-11-01', 'from', { range: undefined }],
    ['from=7d&to=2026-11-01', 'to', {}],
    ['tz=Mars/Olympus', 'tz', { zone: 'UTC' }],
    ['tz=PST', 'tz', { zone: 'UTC' }],
    ['tz=US/Pacific', undefined, { zone: 'US/Pacific' }],
    ['tz=Europe/Berlin', undefined, { zone: 'Europe/Berlin' }],
    ['event=not-an-event', 'event', { eventId: undefined }],
    ['key=with%20space', 'key', { keyId: undefined }],
    ['q=a%00b', 'q', { q: undefined }],
    ['from=0100-01-01&to=9999-12-31', 'from', { range: undefined }],
    ['after=rubbish', 'after', { cursor: undefined }],
    ['unheard=of', undefined, {}],
  ])('T1, T3: %s: what is unknown is dropped with a notice, never an error', (text, dropped, rest) => {
    const query = parse(text);
    expect(query).toMatchObject(rest);
    if (dropped === undefined) expect(query.dropped).toEqual([]);
    else expect(query.dropped).toContain(dropped);
  });

  it('a range is whole days of the zone, both included, or a word', () => {
    expect(parse('from=2026-11-01&to=2026-11-02').range?.window).toMatchObject({
      from: Date.UTC(2026, 10, 1),
      to: Date.UTC(2026, 10, 3),
    });
    expect(parse('from=24h').range).toMatchObject({ preset: '24h' });
    expect(parse('from=2026-11-01').range?.days).toEqual({ from: '2026-11-01', to: '2026-11-01' });
  });

  it('a cursor belongs to its filters, and one that names no row is none', () => {
    const cursor = { at: told.now, id: 'evt_abc' };
    const mine = encodeCursor(cursor, cursorScope(parse('org=acme')));
    expect(parse(`org=acme&after=${mine}`)).toMatchObject({ cursor, isBefore: false });
    expect(parse(`org=acme&before=${mine}`)).toMatchObject({ cursor, isBefore: true });
    expect(parse(`org=globex&after=${mine}`)).toMatchObject({ cursor: undefined, dropped: ['after'] });
    const forged = encodeCursor({ at: told.now, id: 'att_x' }, cursorScope(parse('')));
    expect(parse(`after=${forged}`)).toMatchObject({ cursor: undefined, dropped: ['after'] });
  });

  it('only the first page follows the log', () => {
    const cursor = encodeCursor({ at: told.now, id: 'att_1' }, cursorScope(parse('')));
    expect(parse('tail=5s').isTailing).toBe(true);
    expect(parse(`tail=5s&after=${cursor}`).isTailing).toBe(false);
  });

  it('what was read is written as it was read', () => {
    const text =
      'q=L-1&org=acme,globex&type=lead.created&result=applied&code=refund_exceeds_paid&key=fk_1&event=evt_1&idempotency=a&from=2026-11-01&to=2026-11-02&tz=Asia/Tokyo&sort=receivedAt&tail=5s&size=25';
    expect(deliveriesParams(parse(text), 'UTC')).toEqual(new URLSearchParams(text));
  });

  it('no parameters make it throw', () => {
    const names = fc.constantFrom(
      'q',
      'org',
      'type',
      'result',
      'code',
      'key',
      'event',
      'idempotency',
      'from',
      'to',
      'tz',
      'sort',
      'size',
      'after',
      'before',
      'tail',
    );
    const values = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('24h', '-', ',', '2026-11-01'),
      fc.array(fc.string()),
    );
    fc.assert(
      fc.property(fc.dictionary(names, values), (params) => {
        const query = parseDeliveriesQuery(params, told);
        expect(deliveriesParams(query, 'UTC')).toBeInstanceOf(URLSearchParams);
      }),
    );
  });
});
