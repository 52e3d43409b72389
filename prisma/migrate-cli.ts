import { readLine, runCommand } from './command-line.ts';
import { findDatabaseUrl } from './database-url.ts';
import { findDrift, migrate, schemaDiff } from './migrate.ts';

const usage = `usage: npm run migrate [-- --check | --diff [--from-empty]]
  brings the database to the migrations of this release
  --check       changes nothing: do database, migrations and schema agree?
  --diff        the statements that bring the migrations (--from-empty: an empty database) to the schema`;

await runCommand({ name: 'migrate', usage }, main);
// The engine leaves a timer of its lock behind, which would hold the process for 10 s.
process.exit();

async function main() {
  const flag = { type: 'boolean' } as const;
  const { values } = readLine(process.argv.slice(2), { check: flag, diff: flag, 'from-empty': flag });
  const databaseUrl = await findDatabaseUrl();
  if (values.diff) console.log(await schemaDiff(databaseUrl, values['from-empty'] ? 'empty' : 'migrations'));
  else if (values.check) report(await findDrift(databaseUrl));
  else announce(await migrate(databaseUrl));
}

function announce(applied: string[]) {
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('nothing to apply');
}

function report(drift: string[]) {
  for (const line of drift) console.error(line);
  if (drift.length > 0) process.exitCode = 1;
  else console.log('database, migrations and schema agree');
}
