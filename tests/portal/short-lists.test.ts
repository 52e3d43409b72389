import { describe, expect, it } from 'vitest';
import { matching, pageOf, readAsked } from '#portal/app/(provider)/provider/settings/asked';

const rows = Array.from({ length: 120 }, (_, n) => `row ${n}`);

describe('a short list', () => {
  it('is narrowed by words in whatever case, and by the filters that its page has', () => {
    const asked = readAsked({ q: ' ROW 11 ', state: 'active', factor: 'all', from: '7d' }, ['rows'], {
      state: ['active'],
      factor: ['none'],
    });
    expect(asked.filters.toString()).toBe('q=ROW+11&state=active');
    expect(matching(rows, asked.q, (row) => row)).toEqual(['row 11', ...rows.slice(110)]);
    expect(matching(rows, readAsked({ q: '  ' }, []).q, (row) => row)).toEqual(rows);
  });

  it('has each row on one page, and its last page behind that', () => {
    const pages = ['1', '2', '3'].map((place) => pageOf(rows, readAsked({ rows: place }, ['rows']), 'rows'));
    expect(pages.flatMap((page) => page.rows)).toEqual(rows);
    expect(pages.map(({ hasNext }) => hasNext)).toEqual([true, true, false]);
    expect(pageOf(rows, readAsked({ rows: '99', size: '100' }, ['rows']), 'rows')).toMatchObject({
      number: 2,
      offset: 100,
    });
    expect(pageOf([], readAsked({}, ['rows']), 'rows')).toMatchObject({ number: 1, rows: [], hasNext: false });
  });

  it.each(['0', '-1', '1.5', 'x', '12345'])('begins at its first page for the place %j', (place) => {
    expect(pageOf(rows, readAsked({ rows: place }, ['rows']), 'rows').number).toBe(1);
  });
});
