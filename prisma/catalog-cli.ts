import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { shownCatalogue } from '#domain/billing/catalogue-shown';
import { applyCatalogue } from './catalog-apply.ts';
import { readCatalogueText, type FileProblem } from './catalog-file.ts';
import { loadEntries } from './catalog-rows.ts';
import { catalogueText } from './catalog-text.ts';
import { readLine, runCommand, UsageError } from './command-line.ts';
import { findDatabaseUrl } from './database-url.ts';
import { createPool } from './pool.ts';

const usage = `usage: npm run --silent catalog -- COMMAND
  apply FILE [--dry-run]   brings plans, prices and orgs to what the file says; - reads standard input
  show [--org ID]...       prints what holds, in the form that apply takes`;

const queryTimeoutMs = 65_000;

await runCommand({ name: 'catalog', usage }, main);

async function main() {
  const [command, ...args] = process.argv.slice(2);
  const options = { org: { type: 'string', multiple: true }, 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = readLine(args, options, 2);
  if (command === 'show' && positionals.length === 0) return show(values.org);
  const [file, ...others] = positionals;
  if (command === 'apply' && file !== undefined && others.length === 0 && !values.org)
    return apply(file, values['dry-run'] === true);
  throw new UsageError(command === undefined ? 'no command' : `cannot read "${[command, ...args].join(' ')}"`);
}

async function apply(path: string, isTrial: boolean) {
  const read = readCatalogueText(await readFile(path === '-' ? '/dev/stdin' : path, 'utf8'));
  if (!read.ok) return refuse(path, read.problems);
  await withDatabase(async (db) => {
    const applied = await applyCatalogue(db, read.file, { at: Date.now(), by: 'cli', isTrial });
    if (!applied.ok) return refuse(path, read.locate(applied.problems));
    console.log(catalogueText(applied.counts));
  });
}

/** The file is refused whole; each line says where and why. */
function refuse(file: string, problems: readonly FileProblem[]): never {
  for (const { line, where, message } of problems)
    console.error(`${file}:${line}: ${where === '' ? '' : `${where}: `}${message}`);
  const why = problems.length === 1 ? '' : ` for ${problems.length} problems`;
  throw new Error(`refused${why}, nothing was changed`);
}

async function show(orgIds: string[] | undefined) {
  await withDatabase(async (db) => {
    const client = await db.connect();
    try {
      const entries = [...(await loadEntries(client, orgIds)).values()];
      const missing =
        orgIds?.filter((id) => !entries.some(({ kind, holder }) => kind === 'org' && holder === id)) ?? [];
      if (missing.length > 0) throw new Error(`no org ${missing.join(', ')}`);
      console.log(catalogueText(shownCatalogue(entries)));
    } finally {
      client.release();
    }
  });
}

async function withDatabase(work: (db: pg.Pool) => Promise<void>) {
  const db = createPool({
    url: await findDatabaseUrl(),
    role: 'migrator',
    max: 1,
    applicationName: 'tributary-catalog',
    statementTimeoutMs: queryTimeoutMs - 5_000,
    queryTimeoutMs,
  });
  try {
    await work(db);
  } finally {
    await db.end();
  }
}
