import { afterAll, beforeAll, expect, test } from 'vitest';
import { balanceAt } from '#domain/billing/credits';
import { decimal, formatDecimal } from '#domain/decimal';
import { makeOrgOn, march, openAiBooks, read, slotAt, use, type AiBooks } from './ai-books.ts';
import { seeded } from './histories.ts';

let books: AiBooks;

beforeAll(async () => {
  books = await openAiBooks();
});

afterAll(() => books.close());

async function grant(
  org: string,
  id: string,
  credits: string,
  from: string,
  until?: string,
  priority = 100,
): Promise<void> {
  await books.admin.query(
    "insert into credit_grant (org_id, source, id, credits, granted_at, expires_at, priority) values ($1, 'purchase', $2, $3, $4, $5, $6)",
    [org, id, credits, from, until, priority],
  );
}

async function balance(org: string) {
  const [row] = await read(
    books,
    'select granted::float8, used::float8, expired::float8, remaining::float8, overage::float8 from credit_balance where org_id = $1',
    org,
  );
  return row;
}

test('the stored balance is what each use burning by itself would leave, on random grants and uses', async () => {
  const random = seeded(7);
  const below = (max: number) => Math.floor(random() * max);
  const dayOf = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  for (let round = 0; round < 12; round++) {
    const org = await makeOrgOn(books);
    const grants = Array.from({ length: 1 + below(5) }, (_, n) => {
      const from = below(60);
      const until = random() < 0.5 ? from + 1 + below(30) : undefined;
      return { id: `purchase/g${n}`, priority: below(3), credits: String(1 + below(80)), from, until };
    });
    for (const { id, priority, credits, from, until } of grants) {
      await grant(
        org,
        id.slice('purchase/'.length),
        credits,
        dayOf(from),
        until === undefined ? undefined : dayOf(until),
        priority,
      );
    }
    const uses = Array.from({ length: below(60) }, (_, n) => ({
      id: `u${n}`,
      at: dayOf(below(75)),
      credits: `${below(9)}.5`,
    }));
    await use(books, org, uses);
    await books.rollUp();
    const expected = balanceAt(
      grants.map((one) => ({
        id: one.id,
        priority: one.priority,
        credits: decimal(one.credits),
        grantedAt: Date.parse(dayOf(one.from)),
        expiresAt: one.until === undefined ? undefined : Date.parse(dayOf(one.until)),
      })),
      uses.map(({ id, at, credits }) => ({ id, credits: decimal(credits), usedAt: Date.parse(at) })),
      march.at,
    );
    const { granted, used, expired, remaining, overage } = expected;
    const figures = Object.entries({ granted, used, expired, remaining, overage }).map(([name, value]) => [
      name,
      Number(formatDecimal(value)),
    ]);
    expect(await balance(org)).toEqual(Object.fromEntries(figures));
  }
});

test('a balance expires by itself; a difference that no mark explains is an alert, one that a mark explains is none', async () => {
  const org = await makeOrgOn(books);
  await grant(org, 'g', '100', '2026-03-01T00:00:00Z', '2026-03-25T00:00:00Z');
  await use(books, org, [{ id: 'a', at: '2026-03-02T00:00:00Z', credits: '30' }]);
  await books.rollUp(slotAt('2026-03-20T12:00:00Z'));
  expect(await balance(org)).toEqual({ granted: 100, used: 30, expired: 0, remaining: 70, overage: 0 });
  expect(await books.rollUp(slotAt('2026-03-20T12:05:00Z'))).toBeUndefined();
  await use(books, org, [{ id: 'late', at: '2026-03-03T00:00:00Z', credits: '5' }]);
  await books.rollUp(slotAt('2026-03-20T12:10:00Z'));
  expect(await balance(org)).toEqual({ granted: 100, used: 35, expired: 0, remaining: 65, overage: 0 });
  await books.rollUp(slotAt('2026-03-26T00:00:00Z'));
  expect(await balance(org)).toEqual({ granted: 100, used: 35, expired: 65, remaining: 0, overage: 0 });
  const mismatches =
    "select detail->>'stored' as stored, detail->>'computed' as computed from audit_log where org_id = $1 and action = 'credits.mismatch'";
  expect(await read(books, mismatches, org)).toEqual([]);
  books.takeTold();
  await books.admin.query('update credit_balance set remaining = 7 where org_id = $1', [org]);
  await books.rollUp(slotAt('2026-03-27T00:00:00Z'));
  await books.rollUp(slotAt('2026-03-28T00:00:00Z'));
  expect(await read(books, mismatches, org)).toEqual([{ stored: '7', computed: '0' }]);
  expect(books.takeTold()).toHaveLength(1);
  expect(await balance(org)).toMatchObject({ used: 35, expired: 65, remaining: 0 });
});
