import { openAdmin } from '#tests/support/admin';
import type { BenchServices } from '../systems/services.ts';
import { seedRows } from './seed-rows.ts';

/** Fills the services' database, and gives how long that took, in seconds. */
export async function seedBase(services: BenchServices, rows: number): Promise<number> {
  const started = performance.now();
  const db = openAdmin(services.databaseUrl, 2);
  await seedRows(db, rows, (line) => console.error(line));
  await db.end();
  return (performance.now() - started) / 1_000;
}
