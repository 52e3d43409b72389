import { describe, expect, test } from 'vitest';
import { eventTypes, isEventType, streamOf, subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import { parseInstant } from '#domain/instants';
import { usageRows } from '#domain/usage';

const now = Date.UTC(2026, 5, 1);
const envelope = { type: 'lead.created', tenantId: 'acme', occurredAt: '2026-01-01T00:00:00Z' };

function issuesOf(body: unknown): string[] {
  const parsed = parseEvent(body, now);
  return parsed.ok ? [] : parsed.issues.map(({ path }) => path);
}

function dataIssues(type: string, data: object): string[] {
  return issuesOf({ ...envelope, type, data });
}

test.each(Object.entries(eventTypes))(
  'the example of %s is a valid event of its kind',
  (type, { example, stream, kind }) => {
    const parsed = parseEvent({ ...envelope, type, data: example }, now);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(streamOf(type)).toBe(stream);
    expect(subjectOf(parsed.value)?.kind).toBe(kind === 'usage' ? undefined : kind);
  },
);

test.each(Object.entries(eventTypes))('control 13: %s refuses an unknown member by its path', (type, { example }) => {
  expect(dataIssues(type, { ...example, extra: 1 })).toEqual(['data.extra']);
});

test.each(Object.entries(eventTypes))(
  '%s refuses null and the absence of each required member',
  (type, { example }) => {
    for (const name of Object.keys(example)) {
      expect(dataIssues(type, { ...example, [name]: null }), name).not.toEqual([]);
    }
  },
);

test('of a body of nothing but unknown members the first hundred are told, and the rest costs nothing', () => {
  const strange = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`m${index}`, 0]));
  const paths = Array.from({ length: 100 }, (_, index) => `data.m${index}`);
  expect(issuesOf({ ...envelope, type: 'incident.resolved', data: { incidentId: 'I', ...strange } })).toEqual(paths);
  expect(issuesOf({ ...envelope, data: {}, ...strange })).toHaveLength(100);
});

test('what is no type is refused', () => {
  expect(issuesOf({ ...envelope, type: 'lead.teleported', data: {} })).toEqual(['type']);
  expect(issuesOf({ ...envelope, type: 'usage.batch', data: {} })).toEqual(['type']);
  expect(isEventType('toString')).toBe(false);
});

test.each([
  ['unknown member of the envelope', { ...envelope, data: eventTypes['lead.created'].example, id: 1 }, ['id']],
  ['no object', [], ['']],
  ['no data', envelope, ['data']],
  [
    '24 hours and 1 ms ahead',
    { ...envelope, occurredAt: new Date(now + 86_400_001).toISOString(), data: eventTypes['lead.created'].example },
    ['occurredAt'],
  ],
  [
    'no zone',
    { ...envelope, occurredAt: '2026-01-01T00:00:00', data: eventTypes['lead.created'].example },
    ['occurredAt'],
  ],
])('the envelope: %s', (_, body, issues) => expect(issuesOf(body)).toEqual(issues));

test('D8: exactly 24 hours ahead is taken', () => {
  const occurredAt = new Date(now + 86_400_000).toISOString();
  expect(issuesOf({ ...envelope, occurredAt, data: eventTypes['lead.created'].example })).toEqual([]);
});

describe('fields (D7)', () => {
  const lead = (more: object) => dataIssues('lead.created', { leadId: 'L', source: 's', ...more });
  test.each([
    ['an id of 128 code points outside the BMP', { leadId: '😀'.repeat(128) }, []],
    ['an id of 129', { leadId: 'x'.repeat(129) }, ['data.leadId']],
    ['an empty id', { leadId: '' }, ['data.leadId']],
    ['spaces are kept, not trimmed', { leadId: ' ' }, []],
    ['a line feed in an id', { leadId: 'a\nb' }, ['data.leadId']],
    ['DEL in a name', { name: 'a\u007f' }, ['data.name']],
    ['a number as id', { leadId: 1 }, ['data.leadId']],
    ['an amount without its currency', { valueMinor: 1 }, ['data.currency']],
    ['a currency alone', { currency: 'EUR' }, []],
    ['a currency that is none', { valueMinor: 1, currency: 'EURO' }, ['data.currency']],
    ['a lower case currency', { valueMinor: 1, currency: 'eur' }, ['data.currency']],
    ['a currency of the past', { valueMinor: 1, currency: 'DEM' }, ['data.currency']],
    ['a float of minor units', { valueMinor: 1.5, currency: 'EUR' }, ['data.valueMinor']],
    ['a negative amount', { valueMinor: -1, currency: 'EUR' }, ['data.valueMinor']],
    ['2^53', { valueMinor: 2 ** 53, currency: 'EUR' }, ['data.valueMinor']],
    ['2^53 - 1', { valueMinor: 2 ** 53 - 1, currency: 'EUR' }, []],
    ['an address without @', { email: 'abc' }, ['data.email']],
    ['an address that begins with @', { email: '@bc' }, ['data.email']],
    ['an address', { email: 'a@b' }, []],
    ['meta that is a list', { meta: [] }, ['data.meta']],
    ['meta of 8 KiB', { meta: { a: 'x'.repeat(8_192 - 8) } }, []],
    ['meta over 8 KiB', { meta: { a: 'x'.repeat(8_192 - 7) } }, ['data.meta']],
  ])('%s', (_, more, issues) => expect(lead(more)).toEqual(issues));

  test('long texts take line feed and tab, and may be empty', () => {
    const incident = (description: string) =>
      dataIssues('incident.opened', { incidentId: 'I', title: 't', severity: 'low', description });
    expect(incident('a\n\tb')).toEqual([]);
    expect(incident('')).toEqual([]);
    expect(incident('a\rb')).toEqual(['data.description']);
    expect(incident('x'.repeat(4_097))).toEqual(['data.description']);
  });

  test.each([
    ['subscription.updated', { subscriptionId: 'S' }, ['data']],
    ['subscription.updated', { subscriptionId: 'S', meta: {} }, []],
    ['subscription.updated', { subscriptionId: 'S', currency: 'EUR' }, ['data.currency', 'data']],
    ['subscription.created', { ...eventTypes['subscription.created'].example, status: 'past_due' }, ['data.status']],
    ['subscription.created', { ...eventTypes['subscription.created'].example, quantity: 0 }, ['data.quantity']],
    ['incident.escalated', { incidentId: 'I', level: 6 }, ['data.level']],
    ['invoice.paid', { ...eventTypes['invoice.paid'].example, amountMinor: 0 }, ['data.amountMinor']],
    ['invoice.issued', { ...eventTypes['invoice.issued'].example, amountMinor: 0 }, []],
    ['addon.refunded', { purchaseId: 'P', amountMinor: 0 }, ['data.amountMinor']],
    ['ai.used', { usageId: 'U', feature: 'Pricing', credits: 1 }, ['data.feature']],
    ['ai.used', { usageId: 'U', feature: 'p', credits: '1.0000000001' }, ['data.credits']],
    ['ai.used', { usageId: 'U', feature: 'p', credits: '0.000000001' }, []],
    ['ai.used', { usageId: 'U', feature: 'p', credits: 1.5 }, ['data.credits']],
    ['ai.used', { usageId: 'U', feature: 'p', credits: '-1' }, ['data.credits']],
    ['ai.used', { usageId: 'U', feature: 'p', credits: '1e3' }, ['data.credits']],
    ['evaluation.completed', { runId: 'r', suite: 's', passed: 1, failed: 0, url: 'ftp://x' }, ['data.url']],
    [
      'evaluation.completed',
      { runId: 'r', suite: 's', passed: 1, failed: 0, cases: [{ name: 'n', passed: 1 }] },
      ['data.cases.0.passed'],
    ],
    [
      'evaluation.completed',
      {
        runId: 'r',
        suite: 's',
        passed: 1,
        failed: 0,
        cases: Array.from({ length: 501 }, () => ({ name: 'n', passed: true })),
      },
      ['data.cases'],
    ],
  ])('%s %j', (type, data, issues) => expect(dataIssues(type, data)).toEqual(issues));
});

describe('instants', () => {
  test.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31t09:30:00.123456789z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T09:30:00+02:30', '2026-01-31T07:00:00.000Z'],
    ['2026-01-31T00:00:00-00:00', '2026-01-31T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0099-12-31T00:00:00Z', '0099-12-31T00:00:00.000Z'],
  ])('%s', (text, iso) => expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(iso));

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00Z',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00.Z',
    '+002026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z ',
    '1767225600',
    '',
  ])('%j is none', (text) => expect(parseInstant(text)).toBeUndefined());
});

describe('usage', () => {
  const row = {
    tenantId: 'acme',
    meter: 'm',
    quantity: 1,
    windowStart: '2026-01-01T00:00:00Z',
    windowEnd: '2026-01-01T01:00:00Z',
  };
  const refusals = (rows: unknown) => {
    const result = usageRows.safeParse(rows);
    return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'));
  };
  test.each([
    ['one row', [row], []],
    ['none', [], ['']],
    ['1,000', Array.from({ length: 1_000 }, () => row), []],
    ['1,001', Array.from({ length: 1_001 }, () => row), ['']],
    ['two equal rows without ids', [row, row], []],
    [
      'an id twice, the second listed',
      [
        { ...row, id: 'a' },
        { ...row, id: 'b' },
        { ...row, id: 'a' },
      ],
      ['2.id'],
    ],
    [
      'every bad row by its index',
      [row, { ...row, quantity: -1 }, row, { ...row, meter: 'A' }],
      ['1.quantity', '3.meter'],
    ],
    ['an empty window', [{ ...row, windowEnd: row.windowStart }], ['0.windowEnd']],
    ['31 days', [{ ...row, windowEnd: '2026-02-01T00:00:00Z' }], []],
    ['31 days and a second', [{ ...row, windowEnd: '2026-02-01T00:00:01Z' }], ['0.windowEnd']],
    ['an object', row, ['']],
  ])('%s', (_, rows, issues) => expect(refusals(rows)).toEqual(issues));
});
