import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseBusinessHours } from '#domain/billing/business-hours';
import { formatBusinessHours } from '#portal/format/business-hours';
import { leadName } from '#portal/app/(provider)/provider/leads/columns.tsx';
import { amountText } from '#portal/format/amount-text';
import { changeOf } from '#portal/format/changes';
import { formatBytes, formatCapped, formatCount, formatMoney, formatShare } from '#portal/format/numbers';
import { parseAmount } from '#portal/format/parse-amount';
import { incidentsSource } from '#portal/services/provider/incidents-source';
import { leadsSource } from '#portal/services/provider/leads.service';
import { lastPriced } from '#portal/services/provider/line-explanation';
import { formatDuration, formatInstant, formatMonth, isoInstant, zoneLabel } from '#portal/format/times';

describe('business hours', () => {
  const week = (days: readonly string[], hours: readonly string[]) =>
    Object.fromEntries(days.map((day) => [day, hours]));
  it.each<[string, Record<string, readonly string[]>, readonly string[], string]>([
    [
      'days of the same hours stand together',
      week(['mon', 'tue', 'wed'], ['09:00-17:00']),
      [],
      'Mon–Wed 09:00–17:00 (UTC)',
    ],
    [
      'a day between them parts them, and an own one stands alone',
      { ...week(['mon', 'wed'], ['09:00-17:00']), sat: ['10:00-12:00', '13:00-14:00'] },
      [],
      'Mon 09:00–17:00, Wed 09:00–17:00, Sat 10:00–12:00, 13:00–14:00 (UTC)',
    ],
    [
      'holidays that are over are not named, nor more than three',
      week(['sun'], ['00:00-24:00']),
      ['2026-01-01', '2026-11-28', '2026-12-24', '2026-12-25', '2026-12-26', '2026-12-31'],
      'Sun 00:00–24:00 (UTC); closed on 2026-11-28, 2026-12-24, 2026-12-25 and 2 more',
    ],
  ])('%s', (_, weekly, holidays, text) => {
    const read = parseBusinessHours({ timeZone: 'UTC', weekly, holidays });
    expect(read.ok && formatBusinessHours(read.value, '2026-11-28')).toBe(text);
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [8_214, '8,214'],
    [-1_500, '−1,500'],
  ])('%d is printed as %s', (count, text) => expect(formatCount(count)).toBe(text));

  it('T28: a count that was stopped at its bound says so', () => {
    expect(formatCapped({ value: 10_000, isCapped: true })).toBe('10,000+');
    expect(formatCapped({ value: 10_000, isCapped: false })).toBe('10,000');
  });

  it.each([
    [0, 0, { kind: 'none' }],
    [5, 0, { kind: 'new' }],
    [0, 4, { kind: 'ratio', ratio: -1, text: '−100.0 %' }],
    [5, 4, { kind: 'ratio', ratio: 0.25, text: '+25.0 %' }],
    [4, 4, { kind: 'none' }],
    [10_001, 10_000, { kind: 'none' }],
    [1, -2, { kind: 'ratio', ratio: 1.5, text: '+150.0 %' }],
  ])('K2: the change from %d against %d is never infinite and never not a number', (value, previous, change) =>
    expect(changeOf(value, previous)).toEqual(change),
  );

  it('a change beyond measure is told as such', () => {
    expect([changeOf(101, 1), changeOf(102, 1)]).toMatchObject([
      { text: '+10,000.0 %' },
      { text: '+10,000.0 % or more' },
    ]);
  });

  it('a share of nothing is no figure', () => {
    expect(formatShare(0, 0)).toBe('–');
    expect(formatShare(1, 3)).toBe('33.3 %');
  });

  it.each([
    ['123456789012', 'EUR', '1,234,567,890.12 EUR'],
    ['5', 'EUR', '0.05 EUR'],
    ['-250', 'USD', '−2.50 USD'],
    ['1500', 'JPY', '1,500 JPY'],
    ['1234567', 'KWD', '1,234.567 KWD'],
    ['9223372036854775807', 'EUR', '92,233,720,368,547,758.07 EUR'],
    ['1234500', 'HUF', '12,345.00 HUF'],
    ['1234567', 'IQD', '1,234.567 IQD'],
    ['12345', 'CLF', '1.2345 CLF'],
    ['100', undefined, '1.00'],
  ])('%s minor units of %s are printed exactly', (minor, currency, text) =>
    expect(formatMoney(minor, currency)).toBe(text),
  );

  it.each([
    ['1,234.50', 'EUR', '123450'],
    ['12 500', 'JPY', '12500'],
    ['1,234,567.125', 'KWD', '1234567125'],
    ['0', 'EUR', '0'],
    ['12,50', 'EUR', undefined],
    ['1,5', 'EUR', undefined],
    ['1.234,50', 'EUR', undefined],
    ['12,3456', 'EUR', undefined],
    ['1,2345.00', 'EUR', undefined],
    ['1.50', 'JPY', undefined],
    ['1.5', 'XXX', undefined],
  ])('what is typed as "%s" of %s comes to %s minor units', (text, currency, minor) =>
    expect(parseAmount(text, currency)).toBe(minor),
  );

  it.each([
    ['5', 'EUR', '0.05'],
    ['123450', 'HUF', '1234.50'],
    ['1500', 'JPY', '1500'],
  ])('%s minor units of %s are typed as %s', (minor, currency, text) => {
    expect(amountText(minor, currency)).toBe(text);
    expect(parseAmount(text, currency)).toBe(minor);
  });

  it.each([
    [0, '0 B'],
    [165, '165 B'],
    [65_536, '64.0 KiB'],
    [1_048_576, '1.0 MiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe('the unit price of a window', () => {
  const part = (of: string, unitPrice: string, tier?: number) => ({
    of,
    unitPrice,
    quantity: '1',
    amount: '1',
    ...(tier && { tier }),
  });
  it.each([
    [
      'of the last tier, not the flat fee that comes with it',
      [part('units', '0.002', 1), part('fee', '10', 1)],
      '0.002',
    ],
    ['of the tier that was reached', [part('units', '0.002', 1), part('units', '0.0015', 2)], '0.0015'],
    ['of a package', [part('packages', '7.5')], '7.5'],
    ['of the period, where that is all', [part('fee', '15')], '15'],
  ])('is %s', (_, parts, price) => expect(lastPriced(parts)?.unitPrice).toBe(price));
});

it('A13: numbers and dates are written in one locale, wherever: nothing asks that of the server or of the browser', async () => {
  const files = (await readdir('portal', { recursive: true })).filter((file) => /^[^.][^]*\.tsx?$/.test(file));
  expect(files.length).toBeGreaterThan(300);
  const asking =
    /toLocale|Intl\.(?!DateTimeFormatOptions|supportedValuesOf)\w+(?!\(locale)\b(?![\w<>]*(?: |;|>|\(locale))/;
  const found = files.filter((file) => asking.test(readFileSync(`portal/${file}`, 'utf8')));
  expect(found).toEqual([]);
  expect(asking.test('new Intl.NumberFormat().format(1)') && asking.test('at.toLocaleString()')).toBe(true);
});

describe('what an organisation calls a thing', () => {
  const told = { id: 'T-1', org_id: 'acme', org_name: 'Acme', currency: null, source: null };
  const key = { id: 'acme:T-1', at: 0 };
  const incident = {
    ...told,
    state: 'open',
    severity: null,
    level: null,
    assignee: null,
    assignee_name: null,
    acknowledged_at: null,
    acknowledged_by: null,
    escalated_by_staff_at: null,
    first_resolved_at: null,
    opened_at: null,
    resolved_at: null,
    updated_at: new Date(0),
    response_due_at: null,
    resolution_due_at: null,
    revision: 1,
  } as const;
  const lead = {
    ...told,
    status: 'new',
    phone: null,
    value_minor: null,
    fee_minor: null,
    fee_currency: null,
    converted_at: null,
    contacted_at: null,
    qualified_at: null,
    disqualified_at: null,
    disqualified_reason: null,
    score: null,
    invoice_id: null,
    invoice_number: null,
  } as const;

  it.each(['  ', '\u200b', '\u202e\u202c', '\u2007'])('is no name of its row where it cannot be seen: %j', (name) => {
    expect(incidentsSource.rowOf({ ...incident, title: name }, key).title).toBeUndefined();
    const row = leadsSource.rowOf({ ...lead, company: name, name, email: 'a@b.example' }, key);
    expect(leadName(row)).toBe('a@b.example');
  });

  it.each(['رسالة', '🎪', ' x '])('stays as it is where it can: %j', (name) => {
    expect(incidentsSource.rowOf({ ...incident, title: name }, key).title).toBe(name);
    expect(leadName(leadsSource.rowOf({ ...lead, company: name, name: null, email: null }, key))).toBe(name);
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 24, 13, 6, 9, 42);

  it('an instant is printed in the zone that was asked for, never in that of the process', () => {
    expect(formatInstant(at, 'UTC')).toBe('Nov 24, 13:06:09');
    expect(formatInstant(at, 'Asia/Tokyo')).toBe('Nov 24, 22:06:09');
    expect(formatInstant(at, 'UTC', 'exact')).toBe('Nov 24, 2026, 13:06:09.042');
    expect(formatInstant(Date.UTC(2026, 0, 1), 'UTC', 'clock')).toBe('00:00');
  });

  it('name the month of a draft, and leave what is none as it is', () => {
    expect(['2026-11-01:EUR', '2026-11', 'INV-7'].map(formatMonth)).toEqual(['Nov 2026', 'Nov 2026', 'INV-7']);
  });

  it('S7: the zone beside it is the one of that instant', () => {
    expect(zoneLabel('UTC', at)).toBe('UTC');
    expect(zoneLabel('America/New_York', at)).toBe('EST');
    expect(zoneLabel('America/New_York', Date.UTC(2026, 6, 1))).toBe('EDT');
    expect(isoInstant(at)).toBe('2026-11-24T13:06:09.042Z');
  });

  it.each([
    [undefined, '–'],
    [0.4, '<1 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [1_400, '1.4 s'],
    [12_000, '12 s'],
    [190_000, '3 m 10 s'],
    [7_200_000, '2 h'],
    [987_654_321, '11 d 10 h'],
  ])('%s milliseconds are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
