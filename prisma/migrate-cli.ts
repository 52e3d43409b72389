import { parseArgs } from 'node:util';
import { findDatabaseUrl } from './database-url.ts';
import { findDrift, migrate, schemaDiff } from './migrate.ts';

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, diff: { type: 'boolean' }, 'from-empty': { type: 'boolean' } },
});

try {
  const databaseUrl = await findDatabaseUrl();
  if (values.diff) console.log(await schemaDiff(databaseUrl, values['from-empty'] ? 'empty' : 'migrations'));
  else if (values.check) report(await findDrift(databaseUrl));
  else announce(await migrate(databaseUrl));
} catch (error) {
  console.error(`migrate: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
// The engine leaves a timer of its lock behind, which would hold the process for 10 s.
process.exit();

function announce(applied: string[]) {
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('nothing to apply');
}

function report(drift: string[]) {
  for (const line of drift) console.error(line);
  if (drift.length > 0) process.exitCode = 1;
  else console.log('database, migrations and schema agree');
}
