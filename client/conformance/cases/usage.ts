import { single, type Case } from '../case.ts';
import { draftOf } from '../draft.ts';
import { demand } from '../judge.ts';
import type { Probe } from '../probe.ts';
import { json } from '../requests.ts';

const rowsMax = 1_000;

const refused: readonly (readonly [name: string, members: object])[] = [
  ['a negative quantity', { quantity: -1 }],
  ['a quantity with a fraction as a number', { quantity: 0.5 }],
  ['a quantity with ten places', { quantity: '0.0000000001' }],
  ['a quantity with an exponent', { quantity: '1e3' }],
  ['a meter in upper case', { meter: 'Emails' }],
  ['a meter of 65 characters', { meter: 'm'.repeat(65) }],
  ['an empty window', { windowEnd: '2026-01-01T00:00:00Z' }],
  ['a window backwards', { windowEnd: '2025-12-31T00:00:00Z' }],
  ['a window of 31 days and a second', { windowEnd: '2026-02-01T00:00:01Z' }],
  ['an unknown member', { unit: 'mail' }],
  ['null for an id', { id: null }],
];

const rows = (of: (probe: Probe) => readonly unknown[]) => (probe: Probe) =>
  draftOf(probe.usage({ body: json(of(probe)) }));

export const usageCases: readonly Case[] = [
  ...refused.map(([name, members]) =>
    single(
      'body_invalid',
      `usage: ${name}`,
      rows((probe) => [probe.usageRow(members)]),
    ),
  ),
  single(
    'body_invalid',
    'usage: no rows',
    rows(() => []),
  ),
  single(
    'body_invalid',
    'usage: 1,001 rows',
    rows((probe) => Array(rowsMax + 1).fill(probe.usageRow())),
  ),
  single('body_invalid', 'usage: an object', (probe) => draftOf(probe.usage({ body: json(probe.usageRow()) }))),
  single('body_invalid', 'usage: an event', (probe) => draftOf(probe.usage({ body: probe.eventBody() }))),
  single(
    'accepted',
    'usage: 1,000 rows',
    rows((probe) => Array(rowsMax).fill(probe.usageRow())),
  ),
  single(
    'accepted',
    'usage: decimals, a window of 31 days and an id',
    rows((probe) => [
      probe.usageRow({ quantity: '0.000000000' }),
      probe.usageRow({ windowEnd: '2026-02-01T00:00:00Z', id: `conformance-${probe.event().nonce}` }),
    ]),
  ),
  {
    code: 'body_invalid',
    name: 'usage: every bad row is listed with its index, and of one id twice the second',
    async run(probe) {
      const body = json([
        probe.usageRow({ id: 'same' }),
        probe.usageRow({ quantity: -1 }),
        probe.usageRow(),
        probe.usageRow({ id: 'same' }),
        probe.usageRow({ meter: '' }),
      ]);
      const reply = await probe.expect(draftOf(probe.usage({ body })), 'body_invalid');
      const listed: unknown = reply.body?.['issues'];
      const paths = Array.isArray(listed) ? listed.map((issue: unknown) => pathOf(issue)) : [];
      for (const index of [1, 3, 4])
        demand(
          paths.some((path) => startsWithIndex(path, index)),
          `row ${index} is not listed: ${paths.join(' ')}`,
        );
      for (const index of [0, 2])
        demand(!paths.some((path) => startsWithIndex(path, index)), `row ${index} is listed and is right`);
    },
  },
];

function pathOf(issue: unknown): string {
  return typeof issue === 'object' && issue !== null && 'path' in issue ? String(issue.path) : '';
}

function startsWithIndex(path: string, index: number) {
  return new RegExp(`^[^0-9]?${index}([^0-9]|$)`).test(path);
}
