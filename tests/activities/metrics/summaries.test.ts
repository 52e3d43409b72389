import { afterAll, beforeAll, expect, test } from 'vitest';
import { summarize } from '#domain/billing/ai-summary';
import { decimal, formatDecimal } from '#domain/decimal';
import { applyCatalogue } from '#prisma/catalog-apply';
import { readCatalogueText } from '#prisma/catalog-file';
import { makeOrgOn, march, openAiBooks, read, slotAt, use, type AiBooks } from './ai-books.ts';
import { seeded } from './histories.ts';

let books: AiBooks;

beforeAll(async () => {
  books = await openAiBooks();
});

afterAll(() => books.close());

async function alertsOf(org: string) {
  return read(books, 'select month::text, level from ai_alert where org_id = $1 order by month, level', org);
}

async function overCap(org: string): Promise<unknown[]> {
  const rows = await read(books, 'select id from ai_usage_event where org_id = $1 and is_over_cap order by id', org);
  return rows.map(({ id }) => id);
}

test('a month is summed up by feature and model, whatever comes, changes or goes', async () => {
  const random = seeded(5);
  const org = await makeOrgOn(books);
  const below = (max: number) => Math.floor(random() * max);
  for (let round = 0; round < 4; round++) {
    await use(
      books,
      org,
      Array.from({ length: 40 }, (_, n) => ({
        id: `${round}-${n}`,
        at: new Date(Date.UTC(2026, below(4), 1 + below(28), below(24))).toISOString(),
        credits: `${below(20)}.${below(9) + 1}`,
        feature: `f${below(3)}`,
        ...(below(2) === 0 && { model: `m${below(2)}` }),
      })),
    );
    await books.admin.query(
      "delete from ai_usage_event where org_id = $1 and (used_at < '2026-01-10' or feature = 'f1') and id like $2 || '-%'",
      [org, String(round - 1)],
    );
    await books.admin.query(
      "update ai_usage_event set used_at = used_at + interval '20 days' where org_id = $1 and id = $2",
      [org, `${round}-3`],
    );
    await books.rollUp();
    const { rows } = await books.admin.query<Record<string, string>>(
      'select *, extract(epoch from used_at) * 1000 as ms from ai_usage_event where org_id = $1',
      [org],
    );
    const expected = summarize(
      rows.map((row) => ({
        orgId: org,
        feature: row['feature'] ?? '',
        model: row['model'] ?? '',
        usedAt: Number(row['ms']),
        credits: decimal(row['credits'] ?? ''),
        promptTokens: BigInt(row['prompt_tokens'] ?? 0),
        completionTokens: BigInt(row['completion_tokens'] ?? 0),
      })),
    );
    const stored = await read(
      books,
      "select to_char(month, 'YYYY-MM') as month, feature, model, uses, credits::float8, prompt_tokens from ai_monthly_summary where org_id = $1 order by 1, 2, 3",
      org,
    );
    expect(stored).toEqual(
      expected.map(({ month, feature, model, uses, credits, promptTokens }) => ({
        month,
        feature,
        model,
        uses: String(uses),
        credits: Number(formatDecimal(credits)),
        prompt_tokens: String(promptTokens),
      })),
    );
  }
});

test('one use that crosses two levels fires both, each once for an org and a month, audited', async () => {
  const org = await makeOrgOn(books, 'soft');
  const quiet = await makeOrgOn(books);
  await use(books, org, [{ id: 'a', at: '2026-03-01T00:00:00Z', credits: '74.9' }]);
  await use(books, quiet, [{ id: 'a', at: '2026-03-01T00:00:00Z', credits: '5000' }]);
  await books.rollUp();
  expect(await alertsOf(org)).toEqual([]);
  await use(books, org, [{ id: 'b', at: '2026-03-02T00:00:00Z', credits: '15.1' }]);
  expect(await books.rollUp()).toMatchObject({ aiAlerts: 2 });
  await use(books, org, [
    { id: 'c', at: '2026-03-02T00:00:01Z', credits: '1' },
    { id: 'late', at: '2026-02-02T00:00:00Z', credits: '100' },
  ]);
  await books.rollUp();
  await books.rollUp();
  const february = [75, 90, 100].map((level) => ({ month: '2026-02-01', level }));
  expect(await alertsOf(org)).toEqual([
    ...february,
    { month: '2026-03-01', level: 75 },
    { month: '2026-03-01', level: 90 },
  ]);
  expect(
    await read(
      books,
      "select subject, detail->>'level' as level, actor from audit_log where org_id = $1 and action = 'ai.alert' order by seq",
      org,
    ),
  ).toHaveLength(5);
  expect(await alertsOf(quiet)).toEqual([]);
  expect(await overCap(org)).toEqual([]);
});

test('uses above a hard cap are marked as a whole, and no longer when the allowance is larger or an earlier one goes', async () => {
  const org = await makeOrgOn(books, 'hard');
  await use(books, org, [
    { id: 'a', at: '2026-03-01T00:00:00Z', credits: '60' },
    { id: 'b', at: '2026-03-02T00:00:00Z', credits: '50' },
    { id: 'c', at: '2026-03-03T00:00:00Z', credits: '1' },
    { id: 'before', at: '2026-02-27T00:00:00Z', credits: '99' },
  ]);
  await books.rollUp();
  expect(await overCap(org)).toEqual(['b', 'c']);
  expect(
    await read(
      books,
      "select sum(n)::int as n, sum(minor)::int as micro from metric_day where org_id = $1 and metric = 'ai.over_cap'",
      org,
    ),
  ).toEqual([{ n: 2, micro: 51_000_000 }]);
  await books.admin.query("delete from ai_usage_event where org_id = $1 and id = 'a'", [org]);
  await books.rollUp();
  expect(await overCap(org)).toEqual([]);
  expect(await read(books, "select n from metric_day where org_id = $1 and metric = 'ai.over_cap'", org)).toEqual([]);
  await use(books, org, [{ id: 'd', at: '2026-03-04T00:00:00Z', credits: '60' }]);
  await books.rollUp();
  expect(await overCap(org)).toEqual(['d']);
  await books.admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2026-03-10', 'large')", [org]);
  await use(books, org, [{ id: 'e', at: '2026-03-11T00:00:00Z', credits: '1' }]);
  await books.rollUp();
  expect(await overCap(org)).toEqual([]);
});

test('what another plan allows, or the plan from now on, is judged by the next roll-up, also where nothing more is used', async () => {
  const large = '{"credits": "1000", "alertLevels": [75, 90, 100], "isHardCap": true}';
  await books.admin.query("insert into plan (id, name, ai_allowance) values ('narrowed', 'Narrowed', $1)", [large]);
  const [switched, narrowed, other] = [
    await makeOrgOn(books, 'large'),
    await makeOrgOn(books, 'narrowed'),
    await makeOrgOn(books, 'large'),
  ];
  for (const org of [switched, narrowed, other])
    await use(books, org, [
      { id: 'a', at: '2026-03-01T00:00:00Z', credits: '60' },
      { id: 'b', at: '2026-03-02T00:00:00Z', credits: '60' },
      { id: 'before', at: '2026-02-02T00:00:00Z', credits: '500' },
    ]);
  await books.rollUp();
  await applyToBooks({
    plans: { narrowed: { ai: { credits: 100, isHardCap: true } } },
    orgs: { [switched]: { plan: [{ from: '2026-03-10', plan: 'hard' }] } },
  });
  expect(await books.rollUp()).toMatchObject({ aiAlerts: 6 });
  // Months that are over stay as they were judged.
  for (const org of [switched, narrowed]) {
    expect(await alertsOf(org)).toEqual([75, 90, 100].map((level) => ({ month: '2026-03-01', level })));
    expect(await overCap(org)).toEqual(['b']);
  }
  expect([await alertsOf(other), await overCap(other)]).toEqual([[], []]);
});

test('what a plan allows that begins by its date is judged from that instant on, also where nothing more is used', async () => {
  const org = await makeOrgOn(books, 'large');
  await use(books, org, [
    { id: 'a', at: '2026-03-01T00:00:00Z', credits: '60' },
    { id: 'b', at: '2026-03-02T00:00:00Z', credits: '60' },
    { id: 'then', at: '2026-04-02T00:00:00Z', credits: '80' },
  ]);
  await applyToBooks({
    orgs: {
      [org]: {
        plan: [
          { from: '2026-03-25T10:00:00Z', plan: 'hard' },
          { from: '2026-03-31T23:58:00Z', plan: 'soft' },
          { from: '2026-05-01', plan: null },
        ],
      },
    },
  });
  await books.rollUp();
  expect(await books.rollUp(slotAt('2026-03-25T09:55:00Z'))).toBeUndefined();
  expect([await alertsOf(org), await overCap(org)]).toEqual([[], []]);
  expect(await books.rollUp(slotAt('2026-03-25T10:00:00Z'))).toMatchObject({ aiAlerts: 3 });
  const ofMarch = [75, 90, 100].map((level) => ({ month: '2026-03-01', level }));
  expect([await alertsOf(org), await overCap(org)]).toEqual([ofMarch, ['b']]);
  // The month that a plan began in is judged by what held at its end, also when nobody looked before the next.
  await books.rollUp(slotAt('2026-03-31T23:55:00Z'));
  expect(await overCap(org)).toEqual(['b']);
  await books.rollUp(slotAt('2026-04-01T00:00:00Z'));
  expect([await alertsOf(org), await overCap(org)]).toEqual([ofMarch, []]);
  await books.rollUp(slotAt('2026-04-01T00:05:00Z'));
  expect(await books.rollUp(slotAt('2026-04-01T00:10:00Z'))).toBeUndefined();
});

async function applyToBooks(file: object): Promise<void> {
  const told = readCatalogueText(JSON.stringify(file));
  if (!told.ok) throw new Error(JSON.stringify(told.problems));
  expect(await applyCatalogue(books.admin, told.file, { at: march.at, by: 'ann' })).toMatchObject({ ok: true });
}

test('the oldest and the latest instants that the books hold do not stop an org', async () => {
  const org = await makeOrgOn(books, 'hard');
  await use(books, org, [
    { id: 'oldest', at: '0001-12-31 10:00:00+00 BC', credits: '150' },
    { id: 'now', at: '2026-03-20T00:00:00Z', credits: '1' },
    { id: 'latest', at: '9999-12-31T23:59:59Z', credits: '101' },
  ]);
  await books.rollUp();
  expect(
    await read(
      books,
      'select month::text from ai_monthly_summary where org_id = $1 order by ai_monthly_summary.month',
      org,
    ),
  ).toEqual([{ month: '0001-12-01 BC' }, { month: '2026-03-01' }, { month: '9999-12-01' }]);
  expect(await overCap(org)).toEqual(['latest']);
});
