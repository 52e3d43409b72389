import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { shownCatalogue } from '#domain/billing/catalogue-shown';
import { reasonOf } from './command-errors.ts';
import { applyCatalogue } from './catalog-apply.ts';
import { readCatalogueText, type FileProblem } from './catalog-file.ts';
import { loadEntries } from './catalog-rows.ts';
import { catalogueText } from './catalog-text.ts';
import { findDatabaseUrl } from './database-url.ts';
import { createPool } from './pool.ts';

const usage = `usage: npm run --silent catalog -- COMMAND
  apply FILE [--dry-run]   brings plans, prices and orgs to what the file says; - reads standard input
  show [--org ID]...       prints what holds, in the form that apply takes`;

const queryTimeoutMs = 65_000;

class UsageError extends Error {}

/** The file is refused whole; each line says where and why. */
class FileRefused extends Error {
  readonly lines: readonly string[];
  constructor(file: string, problems: readonly FileProblem[]) {
    super(
      problems.length === 1
        ? 'refused, nothing was changed'
        : `refused for ${problems.length} problems, nothing was changed`,
    );
    this.lines = problems.map(
      ({ line, where, message }) => `${file}:${line}: ${where === '' ? '' : `${where}: `}${message}`,
    );
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  if (error instanceof FileRefused) for (const line of error.lines) console.error(line);
  console.error(error instanceof UsageError ? `catalog: ${error.message}\n${usage}` : `catalog: ${reasonOf(error)}`);
}

async function main([command, ...args]: string[]) {
  const { values, positionals } = read(args);
  if (command === 'show' && positionals.length === 0) return show(values.org);
  const [file, ...others] = positionals;
  if (command === 'apply' && file !== undefined && others.length === 0 && !values.org)
    return apply(file, values['dry-run'] === true);
  throw new UsageError(command === undefined ? 'no command' : `cannot read "${[command, ...args].join(' ')}"`);
}

async function apply(path: string, isTrial: boolean) {
  const read = readCatalogueText(await readFile(path === '-' ? '/dev/stdin' : path, 'utf8'));
  if (!read.ok) throw new FileRefused(path, read.problems);
  await withDatabase(async (db) => {
    const applied = await applyCatalogue(db, read.file, { at: Date.now(), by: 'cli', isTrial });
    if (!applied.ok) throw new FileRefused(path, read.locate(applied.problems));
    console.log(catalogueText(applied.counts));
  });
}

async function show(orgIds: string[] | undefined) {
  await withDatabase(async (db) => {
    const client = await db.connect();
    try {
      console.log(catalogueText(shownCatalogue((await loadEntries(client, orgIds)).values())));
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

function read(args: string[]) {
  try {
    const options = { org: { type: 'string', multiple: true }, 'dry-run': { type: 'boolean' } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
