import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUsage } from '#domain/check-usage';
import { usageRow, usageRows } from '#domain/usage';
import { usageRow as wireRow } from './harness/signed.ts';

const runs = process.env['LONG'] ? 50_000 : 2_000;
const propertyTimeoutMs = process.env['LONG'] ? 600_000 : 60_000;

const instants = fc.oneof(
  fc
    .date({ min: new Date(-62_167_219_200_000), max: new Date(253_402_300_799_000), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`),
  fc.constantFrom(
    '2026-01-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2024-02-29T00:00:00Z',
    '1900-02-28T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-10T24:00:00Z',
    '2026-01-10T23:59:60Z',
    '2026-01-10T23:60:00Z',
    '2026-01-10t00:00:00z',
    '2026-01-10T00:00:00.123456Z',
    '2026-01-10T00:00:00+02:00',
    '2026-01-10 00:00:00Z',
    '2026-01-10T00:00:00',
    '2026-1-10T00:00:00Z',
    '20260110T000000Z',
    '',
  ),
);

const quantities = fc.oneof(
  fc.maxSafeNat(),
  fc.constantFrom<unknown>(
    0,
    -0,
    -1,
    0.5,
    2 ** 53,
    '0',
    '1.5',
    '1.',
    '.5',
    '01',
    '1e3',
    '-1',
    '9007199254740991',
    '9007199254740991.1',
    '0.1234567891',
    '',
    ' 1',
    null,
  ),
);

const ids = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom<unknown>(
    '',
    'a',
    '😀'.repeat(128),
    '😀'.repeat(129),
    'x'.repeat(128),
    'x'.repeat(129),
    'a\u0000',
    'a\u007f',
    'a\n',
    'é',
    1,
    null,
    undefined,
  ),
);

const metas = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
  fc.constantFrom<unknown>(
    {},
    [],
    null,
    'x',
    { a: 'x'.repeat(8_192 - 8) },
    { a: 'x'.repeat(8_192 - 7) },
    { a: 'é'.repeat(4_096) },
    undefined,
  ),
);

const minutes = fc.integer({ min: -10, max: 31 * 24 * 60 + 1 });

/** Mostly right, with one or two members made wrong. */
const rows = fc
  .tuple(
    fc.constantFrom('acme', 'globex'),
    minutes,
    fc.record({
      tenantId: ids,
      meter: fc.oneof(fc.constantFrom('', 'a.b_c', 'A', 'x'.repeat(64), 'x'.repeat(65), 'a b'), ids),
      quantity: quantities,
      windowStart: instants,
      windowEnd: instants,
      id: ids,
      meta: metas,
      extra: fc.constant(1),
    }),
    fc.uniqueArray(
      fc.constantFrom('tenantId', 'meter', 'quantity', 'windowStart', 'windowEnd', 'id', 'meta', 'extra'),
      { maxLength: 2 },
    ),
    fc.constantFrom('', '', '', 'tenantId', 'meter', 'quantity', 'windowEnd'),
  )
  .map(([tenantId, length, wrong, named, dropped]) => {
    const start = Date.UTC(2026, 0, 1);
    const right = wireRow(tenantId, { windowEnd: new Date(start + length * 60_000).toISOString() });
    const chosen = Object.fromEntries(Object.entries(wrong).filter(([name]) => named.some((other) => other === name)));
    return Object.fromEntries(Object.entries({ ...right, ...chosen }).filter(([name]) => name !== dropped));
  });

const bodies = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.array(fc.oneof({ weight: 9, arbitrary: rows }, { weight: 1, arbitrary: fc.jsonValue() }), {
      maxLength: 6,
    }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);

describe('the fast reading of usage', () => {
  test(
    'takes exactly what the schema takes, and names exactly the bad rows',
    () => {
      fc.assert(
        fc.property(bodies, (body) => {
          const fast = checkUsage(body);
          const slow = usageRows.safeParse(body);
          expect(fast.ok).toBe(slow.success);
          if (fast.ok || !Array.isArray(body)) return;
          const list: readonly unknown[] = body;
          const named = new Set(fast.issues.map(({ path }) => Number(path.split('.')[0])));
          for (const [index, row] of list.entries()) {
            if (!usageRow.safeParse(row).success) expect(named.has(index)).toBe(true);
          }
        }),
        { numRuns: runs },
      );
    },
    propertyTimeoutMs,
  );

  test('tells whose rows they are', () => {
    expect(checkUsage([wireRow('a'), wireRow('b'), wireRow('a')])).toEqual({
      ok: true,
      tenantIds: new Set(['a', 'b']),
    });
  });

  test('lists every bad row with its index, at most three issues each', () => {
    const bad = { tenantId: '', meter: 'A', quantity: -1, windowStart: 'x', windowEnd: 'y', unknown: 1 };
    const result = checkUsage([wireRow('a'), bad, wireRow('a'), bad]);
    if (result.ok) throw new Error('taken');
    const indexes = result.issues.map(({ path }) => path.split('.')[0]);
    expect(indexes).toEqual(['1', '1', '1', '3', '3', '3']);
  });

  test('a row id twice in one request is refused, the second one listed', () => {
    const result = checkUsage([wireRow('a', { id: 'r' }), wireRow('a', { id: 'q' }), wireRow('a', { id: 'r' })]);
    expect(result).toEqual({ ok: false, issues: [{ path: '2.id', message: expect.any(String) }] });
  });

  test('1,000 rows are taken and 1,001 are not, nor none', () => {
    const row = wireRow('a');
    expect(checkUsage(Array.from({ length: 1_000 }, () => row)).ok).toBe(true);
    expect(checkUsage(Array.from({ length: 1_001 }, () => row)).ok).toBe(false);
    expect(checkUsage([]).ok).toBe(false);
  });
});
