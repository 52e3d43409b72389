import pg from 'pg';
import { seedRows } from './seed-rows.ts';

const usage = `usage: DATABASE_URL=... npm run --silent bench:seed -- ROWS
  fills an empty, migrated database, for measures: 200000, 10000000`;

const rows = Number((process.argv[2] ?? '').replaceAll('_', ''));
const url = process.env['DATABASE_URL'];
if (!url || !Number.isInteger(rows) || rows < 100) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const db = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await seedRows(db, rows, (line) => console.error(line));
  } catch (error) {
    console.error(`bench:seed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await db.end();
  }
}
