import { afterAll } from 'vitest';
import { createPool, type PoolOptions } from '#prisma/pool';
import { openAdmin } from './admin.ts';
import { createDatabase } from './database.ts';

/** Books of their own for the tests of one file, which awaits them at its top: `admin` sees and may all, `worker` is the login of jobs and runs. */
export async function useBooks(waits: Partial<PoolOptions> = {}) {
  const database = await createDatabase();
  const { url } = database;
  const admin = openAdmin(url, 8);
  const worker = createPool({ url, role: 'worker', max: 10, applicationName: 'test', ...waits });
  afterAll(async () => {
    await Promise.all([admin.end(), worker.end()]);
    await database.drop();
  });
  return { url, admin, worker };
}
