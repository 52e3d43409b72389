import { execFile } from 'node:child_process';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findServerAccount } from '#deploy/services/account';
import { freePort } from '#deploy/services/ports';
import { preparePostgres } from '#deploy/services/postgres';
import { migrate } from '#prisma/migrate';
import { restartable } from './restartable.ts';
import { makeFolder } from './services.ts';

const run = promisify(execFile);
const quiet = () => undefined;

/** A server of a test's own that can be backed up as it runs, and restored. */
export interface OwnPostgres {
  readonly url: string;
  /** A base backup: its files as they are while others write, and the log that makes them whole. */
  backUp(): Promise<void>;
  /** What is there now is gone, and the server starts from the backup. Nobody may be connected. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

export async function openOwnPostgres(): Promise<OwnPostgres> {
  const folder = await makeFolder();
  const server = restartable(
    await preparePostgres({
      folder,
      say: quiet,
      port: await freePort(),
      password: 'throwaway',
      database: 'tributary',
      logFile: join(folder, 'postgres.log'),
      isThrowaway: true,
    }),
    quiet,
  );
  await server.start();
  await migrate(server.address);
  const data = await dataFolderOf(server.address);
  const backup = `${data}-backup`;
  return {
    url: server.address,
    backUp: () => backUp(server.address, data, backup),
    async restore() {
      await server.stop();
      await rm(data, { recursive: true });
      await run('cp', ['-a', backup, data]);
      await server.start();
    },
    async close() {
      await server.stop();
      await Promise.all([folder, data, backup].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** As `pg_basebackup` does it, which is not part of every installation: the log is copied once more when the backup has ended. */
async function backUp(url: string, data: string, backup: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('test', fast => true)");
    await rm(backup, { recursive: true, force: true });
    // A file that goes while it is copied is in the log.
    await run('cp', ['-a', data, backup]).catch(quiet);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await run('cp', ['-a', join(data, 'pg_wal'), backup]);
    await rm(join(backup, 'postmaster.pid'));
    const label = join(backup, 'backup_label');
    await writeFile(label, rows[0]?.labelfile ?? '', { mode: 0o600 });
    const account = findServerAccount();
    if (account) await chown(label, account.uid, account.gid);
  } finally {
    await client.end();
  }
}

async function dataFolderOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
  await client.end();
  return rows[0]?.folder ?? '';
}
