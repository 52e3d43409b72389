import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '#portal/lists/cursor';
import { keyset, keysetSql, walkOf } from '#portal/lists/keyset';

const cursor = { at: Date.UTC(2026, 10, 24), id: 'evt_1' };
const at = new Date(cursor.at);

describe('keyset', () => {
  it('the page after a cursor is bounded on the sort column, so that the index begins there', () => {
    expect(keyset({ sort: 'createdAt', direction: 'desc', cursor, isBefore: false, size: 50 })).toEqual({
      where: {
        AND: [{ createdAt: { lte: at } }, { OR: [{ createdAt: { lt: at } }, { id: { lt: 'evt_1' } }] }],
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: 51,
    });
  });

  it('ascending and before mirror the operators', () => {
    const mirrored = {
      where: { AND: [{ valueMinor: { gte: at } }, { OR: [{ valueMinor: { gt: at } }, { id: { gt: 'evt_1' } }] }] },
      orderBy: [{ valueMinor: 'asc' }, { id: 'asc' }],
      take: 26,
    };
    expect(keyset({ sort: 'valueMinor', direction: 'asc', cursor, isBefore: false, size: 25 })).toEqual(mirrored);
    expect(keyset({ sort: 'valueMinor', direction: 'desc', cursor, isBefore: true, size: 25 })).toEqual(mirrored);
  });

  it('the first page has no place', () => {
    expect(
      keyset({ sort: 'createdAt', direction: 'desc', cursor: undefined, isBefore: false, size: 50 }).where,
    ).toEqual({});
  });

  it('in SQL the row value is its equal', () => {
    const columns = { at: 'e.received_at', id: 'e.id' };
    expect(keysetSql('desc', columns, { at: '$1', id: '$2' })).toBe('(e.received_at, e.id) < ($1, $2)');
    expect(keysetSql('asc', columns, { at: '$1', id: '$2' })).toBe('(e.received_at, e.id) > ($1, $2)');
    expect([walkOf('desc', false), walkOf('desc', true), walkOf('asc', false), walkOf('asc', true)]).toEqual([
      'desc',
      'asc',
      'asc',
      'desc',
    ]);
  });
});

describe('cursors', () => {
  const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);

  it('a cursor of a list is read back as it was', () => {
    fc.assert(
      fc.property(fc.nat(1e14), ids, fc.jsonValue(), (told, id, scope) => {
        expect(decodeCursor(encodeCursor({ at: told, id }, [scope]), [scope])).toEqual({ at: told, id });
      }),
    );
  });

  it('a cursor of other filters or another sort is none', () => {
    const text = encodeCursor(cursor, [['acme'], 'desc']);
    expect(decodeCursor(text, [['acme'], 'asc'])).toBeUndefined();
    expect(decodeCursor(text, [['globex'], 'desc'])).toBeUndefined();
  });

  it('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCursor(text, [])).toBeUndefined();
      }),
    );
  });
});
