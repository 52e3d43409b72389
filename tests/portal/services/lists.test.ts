import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparisonOf } from '#portal/components/kpi/kpi';
import { sumsText } from '#portal/components/sums-text';
import type { SumName } from '#portal/metrics/metric';
import { seedBooks } from '../seed/books.ts';
import { seedEntities } from '../seed/entities.ts';
import { lists, log } from './listed.ts';
import type { Listed } from './listing.ts';
import { openPortalBase } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const rows = 160;

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  await seedEntities(base.all, { now, orgs: 4, rows, everyMs: 3_600_000 });
  await seedBooks(base.all, { now, orgs: 4, rows, everyMs: 24 * 3_600_000 });
}, 60_000);
afterAll(() => base.close());

async function idsOf(text: string): Promise<string[]> {
  const { rows: found } = await base.all.query(text);
  return found.map(({ id }) => id);
}

describe.each(lists)('$name', (own) => {
  const { sortKey, oracle, filters, add, read, get, figures } = own;
  const list = (params: Record<string, string>) => read(params, now);
  // A machine that is busy may count no further than the time it has: then the page says so, and the next may know.
  const totalOf = async (params: Record<string, string>, of: Pick<Listed, 'read'> = own) => {
    for (let tries = 0; tries < 10; tries++) {
      const { count } = await of.read(params, now);
      if (!count.isCapped) return count.value;
    }
    throw new Error('the total was never counted in time');
  };
  const sumsOf = async (params: Record<string, string>, of: Pick<Listed, 'read'>, name: SumName | undefined) => {
    for (let tries = 0; tries < 10; tries++) {
      const { sums } = await of.read(params, now);
      if (sums && name) return sumsText(sums[name] ?? []);
    }
    throw new Error('the sum was never added in time');
  };
  const pages = async (params: Record<string, string>, way: 'after' | 'before', from?: string) => {
    const found: string[][] = [];
    let cursor = from;
    for (let isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await list({ ...params, size: '25', ...(cursor ? { [way]: cursor } : {}) });
      found.push(page.rows.map(({ key }) => key.id));
      cursor = way === 'after' ? page.next : page.previous;
      expect(found.length).toBeLessThan(50);
    }
    return way === 'after' ? found : found.toReversed();
  };

  test.each([[{}, 'true'] as const, ...filters])(
    'T1, T27, E1, E2: %j: what the table holds, in its order, page by page and back',
    async (params, where) => {
      for (const sort of ['desc', 'asc'] as const) {
        const told = { ...params, ...(sort === 'asc' ? { sort: sortKey } : {}) };
        const expected = await idsOf(oracle(where, sort));
        expect(expected.length).toBeGreaterThan(0);
        const there = await pages(told, 'after');
        expect(there.flat()).toEqual(expected);
        expect(await totalOf(told)).toBe(expected.length);
        if (there.length < 2) continue;
        const last = await lastPage(told);
        expect(last.offset).toBe(expected.length - last.rows.length);
        const back = await pages(told, 'before', last.previous);
        expect([...back.flat(), ...last.rows.map(({ key }) => key.id)]).toEqual(expected);
      }
    },
  );

  async function lastPage(params: Record<string, string>) {
    let page = await list({ ...params, size: '25' });
    while (page.next !== undefined) page = await list({ ...params, size: '25', after: page.next });
    return page;
  }

  test('a row that comes while staff page is neither repeated nor moves another', async () => {
    const expected = await idsOf(oracle('true', 'desc'));
    const first = await list({ size: '25' });
    await base.all.query(add);
    const rest = first.next === undefined ? [] : (await list({ size: '25', after: first.next })).rows;
    expect([...first.rows, ...rest].map(({ key }) => key.id)).toEqual(
      expected.slice(0, first.rows.length + rest.length),
    );
  });

  test('each row opens by its id, and no other id opens anything', async () => {
    const { rows: shown } = await list({});
    for (const { key } of shown.slice(0, 3)) expect((await get(key.id))?.key).toEqual(key);
    for (const id of ['', ':', 'org-0', 'org-0:', 'org-0:nothing', 'nobody:x', 'a:b:c', 'org-0:999999999999999999999'])
      expect(await get(id)).toBeUndefined();
  });

  test.each([{}, { from: '7d' }, { org: 'org-1' }, ...filters.map(([params]) => params)])(
    'K5: figures of %j are the counts and the sums of the lists they link to',
    async (params) => {
      const cells = await figures(params, now);
      expect(cells.length).toBeGreaterThanOrEqual(4);
      for (const { href, count, metric, sums, ...kpi } of cells) {
        const url = new URL(href, 'http://portal');
        const linked = [...lists, log].find((one) => one.path === url.pathname);
        if (!linked) throw new Error(`${href} is no list`);
        const told = Object.fromEntries(url.searchParams);
        expect(await totalOf(told, linked), href).toBe(count ?? comparisonOf(kpi)?.value);
        if (metric.unit === 'money') expect(sums, metric.id).toBeDefined();
        if (sums) expect(await sumsOf(told, linked, metric.sum), `${metric.id} ${href}`).toBe(sumsText(sums));
      }
    },
  );
});
