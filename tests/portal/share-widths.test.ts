import { expect, it } from 'vitest';
import { neededWidth, shareWidths } from '#portal/components/table/share-widths';

it('room that a column does not need goes to one that would be cut, and the sum stays', () => {
  expect(
    shareWidths(
      [
        { width: 100, needs: 150 },
        { width: 100, needs: 60 },
        { width: 100, needs: undefined },
      ],
      300,
    ),
  ).toEqual([140, 60, 100]);
});

it('no more is moved than is lacking, and nothing where nobody lacks or nobody can spare', () => {
  const wide = { width: 100, needs: 40 };
  expect(shareWidths([{ width: 100, needs: 110 }, wide], 200)).toEqual([110, 90]);
  expect(shareWidths([wide, wide], 200)).toEqual([100, 100]);
  expect(shareWidths([{ width: 100, needs: 200 }], 100)).toEqual([100]);
});

it('who lacks nothing once the table is stretched gets nothing, and who gives keeps enough where it is not', () => {
  const narrow = { width: 100, needs: 120 };
  expect(shareWidths([narrow, { width: 100, needs: 60 }], 240)).toEqual([100, 100]);
  expect(shareWidths([{ width: 100, needs: 480 }, narrow, { width: 100, needs: 60 }], 360)).toEqual([140, 100, 60]);
});

it('a column needs what its head and the longest of its cells take, up to a bound, and nothing is known of what is drawn', () => {
  const short = neededWidth('SKU', [{ filter: 'sku', value: 'seat', says: { text: 'seat' } }, undefined]);
  const long = neededWidth('SKU', [{ filter: 'sku', value: 'x', says: { text: 'priority-support' } }]);
  expect(long).toBeGreaterThan(Number(short));
  expect(neededWidth('A head that is long', [undefined])).toBeGreaterThan(Number(short));
  expect(neededWidth('Name', [{ row: '合同会社' }])).toBeGreaterThan(Number(neededWidth('Name', [{ row: 'abcd' }])));
  expect(neededWidth('Name', [{ text: 'x'.repeat(1_000) }])).toBe(240);
  expect(neededWidth('Id', [{ code: 'x'.repeat(1_000) }])).toBeLessThan(200);
  expect(neededWidth('SKU', ['seat', { drawn: 'anything' }])).toBeUndefined();
});
