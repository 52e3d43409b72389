import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { eventTypes, isEventType } from '#domain/event-types';
import type { IssuedKey } from '#prisma/federation-keys';
import { expectMoney } from '../support/invariants.ts';
import { draft, eventBody, send, stateDraft, usagePath, usageRow } from './harness/signed.ts';
import { startGateway, type TestGateway } from './harness/test-gateway.ts';

let gateway: TestGateway;
let key: IssuedKey;

beforeAll(async () => {
  gateway = await startGateway({ config: { addressBurst: 100_000, addressRatePerS: 100_000 } });
  key = await gateway.makeKey({ ratePerS: 100_000, burst: 100_000 });
});

afterAll(() => gateway.close());

const hole = '"HOLE"';

/** A valid body in whose hole the bytes stand. */
function around(body: string, value: string | Buffer): Buffer {
  const [before = '', after = ''] = body.split(hole);
  return Buffer.concat([Buffer.from(before), Buffer.from(value), Buffer.from(after)]);
}

const quoted = (...bytes: readonly number[]) => Buffer.from([0x22, ...bytes, 0x22]);

/** Where a tenant can write what it likes. */
const places = () => ({
  'a text': eventBody(key.tenantId, 'lead.created', { leadId: 'L', source: 'web', name: 'HOLE' }),
  'a member of meta': eventBody(key.tenantId, 'lead.created', { leadId: 'L', source: 'web', meta: { note: 'HOLE' } }),
  'an amount': eventBody(key.tenantId, 'lead.converted', { leadId: 'L', feeMinor: 'HOLE', currency: 'EUR' }),
  'the instant': JSON.stringify({ ...JSON.parse(eventBody(key.tenantId)), occurredAt: 'HOLE' }),
  'the data': JSON.stringify({ ...JSON.parse(eventBody(key.tenantId)), data: 'HOLE' }),
  'all of it': hole,
});

describe('D6: what no body may hold is refused wherever it stands, and nothing of it is stored', () => {
  test.each<[string, string | Buffer]>([
    ['a byte that is no UTF-8', quoted(0xff)],
    ['a sequence that is cut off', quoted(0xe2, 0x82)],
    ['an overlong slash', quoted(0xc0, 0xaf)],
    ['a surrogate as bytes', quoted(0xed, 0xa0, 0x80)],
    ['NUL as a byte', quoted(0x61, 0x00)],
    ['NUL escaped', '"a\\u0000"'],
    ['10^400', `1${'0'.repeat(400)}`],
    ['1e400', '1e400'],
    ['a name twice', '{"a":1,"a":2}'],
    ['__proto__', '{"__proto__":{"polluted":true}}'],
    ['a prototype by its constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
  ])('%s', async (_name, value) => {
    for (const [place, body] of Object.entries(places())) {
      for (const target of ['/api/federation/events', usagePath]) {
        const { status, body: told } = await send(gateway, draft(key, { target, body: around(body, value) }));
        expect([status, told['code']], `${place} of ${target}`).toEqual([400, 'json_invalid']);
      }
    }
    expect(await storedEvents()).toBe(0);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('a text of a megabyte: too large for an event, and too long for a row of usage', async () => {
    const long = 'x'.repeat(1_000_000);
    for (const [place, body] of Object.entries(places()))
      expect((await send(gateway, draft(key, { body: around(body, `"${long}"`) }))).status, place).toBe(413);
    for (const more of [{ meter: long }, { id: long }, { quantity: long }, { [long]: 1 }]) {
      const body = JSON.stringify([usageRow(key.tenantId, more)]);
      const answer = await send(gateway, draft(key, { target: usagePath, body }));
      expect(answer).toMatchObject({ status: 400, body: { code: 'body_invalid' } });
    }
    expect(await storedEvents()).toBe(0);
  });
});

test('D6: what is odd and may be is stored as it was sent, and applied', async () => {
  const odd = [
    "'; drop table event; --",
    '${7*7}{{7*7}}<script>alert(1)</script>',
    '\u2028\u2029\u202e\ufeff\ufffe',
    '👩‍👩‍👧‍👦 e\u0301 \u{10ffff}',
    'null',
    '../../etc/passwd%00',
  ];
  const names = ['toString', 'hasOwnProperty', '__defineGetter__', '$where', '', ' ', '\u007f'];
  const meta = Object.fromEntries([...names, ...odd].map((text, n) => [text, odd[n % odd.length]]));
  const data = { leadId: "L-'1", source: 'web', name: odd.join(' ').replaceAll('\u007f', ''), meta };
  const answer = await send(gateway, draft(key, { body: eventBody(key.tenantId, 'lead.created', data) }));
  expect(answer.status).toBe(200);
  const { rows } = await gateway.admin.query('select body from event where id = $1', [answer.body['id']]);
  expect(JSON.parse(rows[0]?.body)).toMatchObject({ data });
  expect(await applyLast()).toEqual(['applied']);
});

const amounts = Object.entries(eventTypes).flatMap(([type, { example }]) =>
  Object.keys(example)
    .filter((name) => name.endsWith('Minor'))
    .map((name) => [type, name] as const),
);

test.each(amounts)(
  'D7: %s: %s is a whole number of minor units that is not negative, or the body is refused',
  async (type, name) => {
    if (!isEventType(type)) throw new Error(`no type ${type}`);
    const body = eventBody(key.tenantId, type, { ...eventTypes[type].example, [name]: 'HOLE' });
    const before = await storedEvents();
    for (const [value, code] of [
      ['-1', 'body_invalid'],
      ['1.5', 'body_invalid'],
      ['1e-3', 'body_invalid'],
      ['"100"', 'body_invalid'],
      ['null', 'body_invalid'],
      ['9223372036854775807', 'json_invalid'],
      ['9223372036854775808', 'json_invalid'],
      ['-9223372036854775809', 'json_invalid'],
      ['9007199254740992', 'json_invalid'],
    ] as const) {
      const answer = await send(gateway, draft(key, { body: around(body, value) }));
      expect([answer.status, answer.body['code']], value).toEqual([400, code]);
      if (code === 'body_invalid') expect(answer.body['issues'], value).toMatchObject([{ path: `data.${name}` }]);
    }
    expect(await storedEvents()).toBe(before);
  },
);

test('D7: a second currency on an invoice is accepted and rejected with its reason, whichever came first, and the books hold', async () => {
  const money = (invoiceId: string, currency: string) => ({ invoiceId, amountMinor: 100, currency });
  const tell = async (type: 'invoice.issued' | 'invoice.paid' | 'invoice.refunded', day: number, data: object) => {
    const occurredAt = new Date(Date.UTC(2026, 0, day)).toISOString();
    const body = JSON.stringify({ type, tenantId: key.tenantId, occurredAt, data });
    const { status, body: told } = await send(gateway, draft(key, { body }));
    expect(status).toBe(200);
    await applyLast();
    return String(told['id']);
  };
  const issued = (id: string) => ({ ...money(id, 'EUR'), stream: 'usage', dueAt: '2026-02-01T00:00:00Z' });
  await tell('invoice.issued', 1, issued('A'));
  const later = [
    await tell('invoice.paid', 2, { ...money('A', 'USD'), paymentId: 'P' }),
    await tell('invoice.refunded', 3, { ...money('A', 'USD'), refundId: 'R' }),
  ];
  const first = await tell('invoice.paid', 2, { ...money('B', 'USD'), paymentId: 'P' });
  const lateIssue = await tell('invoice.issued', 1, issued('B'));
  for (const id of [...later, first]) {
    const { body } = await send(gateway, stateDraft(key, id));
    expect(body).toMatchObject({ status: 'rejected', rejection: expect.stringMatching(/currency/i) });
  }
  expect((await send(gateway, stateDraft(key, lateIssue))).body).toMatchObject({ status: 'applied' });
  await expectMoney(gateway.admin);
});

test('D8: ten years ahead is refused, ten years ago is taken', async () => {
  const at = (years: number) => {
    const occurredAt = new Date(Date.now() + years * 365 * 86_400_000).toISOString();
    return JSON.stringify({ ...JSON.parse(eventBody(key.tenantId)), occurredAt });
  };
  const ahead = await send(gateway, draft(key, { body: at(10) }));
  expect(ahead).toMatchObject({ status: 400, body: { code: 'body_invalid', issues: [{ path: 'occurredAt' }] } });
  expect((await send(gateway, draft(key, { body: at(-10) }))).status).toBe(200);
  expect(await applyLast()).toEqual(['applied']);
});

async function storedEvents(): Promise<number> {
  return (await gateway.admin.query('select from event')).rowCount ?? 0;
}

/** As a run does it with what the gateway handed on last. */
async function applyLast() {
  const outcomes = await applyEvents(gateway.admin, gateway.engine.driven.slice(-1), 'event:test');
  return outcomes.map(({ outcome }) => outcome);
}
