import { openAdmin } from '#tests/support/admin';
import type { BenchServices } from '../systems/services.ts';
import { seedRows } from './seed-rows.ts';

/** Fills the services' database, unless it was before, and gives how long that took, in seconds. */
export async function seedBase(services: BenchServices, rows: number): Promise<number> {
  const started = performance.now();
  const db = openAdmin(services.databaseUrl, 2);
  const { rowCount } = await db.query('select from org limit 1');
  if (rowCount === 0) await seedRows(db, rows, (line) => console.error(line));
  await db.end();
  return (performance.now() - started) / 1_000;
}
