import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cursor } from '#portal/lists/cursor';
import { keyset } from '#portal/lists/keyset';
import { createPrisma } from '#prisma/client';
import type { Database } from '#prisma/client';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 12);
const size = 7;

let base: PortalBase;
let db: Database;

beforeAll(async () => {
  base = await openPortalBase();
  db = createPrisma({ url: base.url, role: 'portal' });
  // Five rows to a millisecond, so that pages end in the middle of one.
  await base.all.query(
    `insert into org (id, name, created_at) select 'org-' || n, 'Org', to_timestamp($1::float8 / 1000) + (n / 5) * interval '1 millisecond'
     from generate_series(1, 60) n`,
    [now],
  );
});
afterAll(async () => {
  await db.pool.end();
  await base.close();
});

async function page(direction: 'asc' | 'desc', cursor: Cursor | undefined, isBefore: boolean) {
  const found = await db.prisma.org.findMany({
    select: { id: true, createdAt: true },
    ...keyset({ sort: 'createdAt', direction, cursor, isBefore, size }),
  });
  const rows = found.slice(0, size);
  return { hasMore: found.length > size, rows: isBefore ? rows.toReversed() : rows };
}

test.each(['asc', 'desc'] as const)(
  "Prisma's pages by keyset have each row once, there and back: %s",
  async (direction) => {
    const { rows: all } = await base.all.query(`select id from org order by created_at ${direction}, id ${direction}`);
    const expected: string[] = all.map(({ id }) => id);
    const there: string[] = [];
    let place: Cursor | undefined;
    for (let hasMore = true; hasMore;) {
      const next = await page(direction, place, false);
      there.push(...next.rows.map(({ id }) => id));
      const last = next.rows.at(-1);
      place = last && { at: last.createdAt.getTime(), id: last.id };
      hasMore = next.hasMore;
    }
    expect(there).toEqual(expected);
    const back: string[] = [];
    for (let hasMore = true; hasMore;) {
      const previous = await page(direction, place, true);
      back.unshift(...previous.rows.map(({ id }) => id));
      const first = previous.rows.at(0);
      place = first && { at: first.createdAt.getTime(), id: first.id };
      hasMore = previous.hasMore;
    }
    expect(back).toEqual(expected.slice(0, -1));
  },
);
