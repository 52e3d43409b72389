import { afterAll, expect, test, vi } from 'vitest';
import { createPool } from '#prisma/pool';
import { createDatabase } from '../support/database.ts';

const database = await createDatabase();
afterAll(() => database.drop());

test('the connections of pages outlast the reading of a page, and not the leaving of the portal', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const pool = createPool({ url: database.url, role: 'portal', max: 2, applicationName: 'idle' });
  try {
    await pool.query('select');
    vi.advanceTimersByTime(5 * 60_000);
    expect(pool.idleCount).toBe(1);
    vi.advanceTimersByTime(10 * 60_000);
    expect(pool.totalCount).toBe(0);
  } finally {
    vi.useRealTimers();
    await pool.end();
  }
});
