import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readCatalogueText } from '#prisma/catalog-file';

describe('a file of the catalogue with something wrong in it', () => {
  const bad: readonly [string, readonly (readonly [line: number, reason: RegExp])[]][] = [
    ['{ "a": 1,\n,', [[2, /Not JSON/]]],
    ['', [[1, /empty/]]],
    ['{\n"meters": { "x": { "aggregation": "sum" },\n "x": { "aggregation": "sum" } } }', [[3, /Stands twice/]]],
    [
      '{\n"meters": { "x": {\n"aggregation": "avg" } },\n"other": 1 }',
      [
        [3, /one of sum, max/],
        [4, /Unknown member/],
      ],
    ],
    ['{ "meters": { "X y": { "aggregation": "sum" } } }', [[1, /slug/]]],
    [
      '{ "plans": { "p": {\n"prices": {\n"m": [\n{ "model": "per_unit",\n"currency": "EURO" }] } } } }',
      [
        [4, /Is missing: .*12 places/],
        [5, /ISO 4217/],
      ],
    ],
    ['{ "plans": { "p": {\n"prices": { "m":\n{ "model": "flats" } } } } }', [[3, /one of per_unit/]]],
    [
      '{ "plans": { "p": { "prices": { "m": { "model": "graduated", "currency": "EUR", "tiers": [\n{ "upTo": 5, "unitPrice": 1 },\n{ "upTo": 5,\n "unitPrice": 1 },\n{ "upTo": null, "unitPrice": 1 }] } } } } }',
      [[3, /above the bound/]],
    ],
    [
      '{ "plans": { "p": { "prices": { "m": { "model": "flat", "currency": "EUR", "fee": 1, "minimumMinor": 2,\n "maximumMinor": 1,\n"from": "2026-01-02",\n"until": "2026-01-01" } } } } }',
      [
        [1, /not be above/],
        [4, /after `from`/],
      ],
    ],
    ['{ "plans": { "p": { "ai": {\n"credits": -1 } } } }', [[2, /0|non-negative/]]],
    [
      '{ "orgs": { "acme": {\n"timeZone": "Mars/Base",\n"taxRate": 19,\n"anchorDay": 32 } } }',
      [
        [2, /time zone/],
        [3, /share/],
        [4, /32|31/],
      ],
    ],
    [
      '{ "orgs": { "acme": {\n"dunning": { "retryDays": [3, 1], "graceDays": 1 } } } }',
      [
        [2, /ascend/],
        [2, /missing/],
      ],
    ],
    [
      '{ "orgs": { "acme": { "paymentMethod": { "provider": "stripe",\n"token": "4242 4242 4242 4242" } } } }',
      [[2, /never a card number/]],
    ],
    [
      '{ "orgs": { "acme": { "plan": [\n{ "from": "soon", "plan": "starter" },\n{ "from": "2026-01-01", "plan": "starter", "remove": true }] } } }',
      [
        [2, /day from 1970/],
        [3, /one of `plan` and `remove`/],
      ],
    ],
  ];
  test.each(bad)('is refused with the line and the reason: %j', (text, expected) => {
    const read = readCatalogueText(text);
    const problems = read.ok ? [] : read.problems;
    expect(problems.map(({ line }) => line)).toEqual(expected.map(([line]) => line));
    for (const [index, [, reason]] of expected.entries()) expect(problems[index]?.message).toMatch(reason);
  });
});

test('the example of the handbook is a file that is taken', async () => {
  const [, example = ''] = /```jsonc\n(.*?)```/s.exec(await readFile('docs/catalogue.md', 'utf8')) ?? [];
  expect(readCatalogueText(example)).toMatchObject({ ok: true });
});
