import { execFile } from 'node:child_process';
import { appendFile, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findServerAccount } from '#deploy/services/account';
import { freePort } from '#deploy/services/ports';
import { preparePostgres } from '#deploy/services/postgres';
import type { Prepared } from '#deploy/services/service';
import { migrate } from '#prisma/migrate';
import { restartable, type Restartable } from './restartable.ts';
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
  readonly server: Restartable;
  /** Where its files lie, on a file system of their own where that was asked for. */
  readonly folder: string;
  /** Another server that copies this one as it goes on, at an address of its own, until it is promoted. */
  follow(name: string): Promise<Standby>;
  close(): Promise<void>;
}

export interface Standby {
  readonly server: Restartable;
  /** It is told nothing more. */
  leave(): Promise<void>;
  promote(): Promise<void>;
  follow(name: string): Promise<Standby>;
}

const password = 'throwaway';

export async function openOwnPostgres(told: (fault: string) => void = quiet, size?: string): Promise<OwnPostgres> {
  const folder = await makeFolder();
  if (size) await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0711`, 'tributary-test', folder]);
  const port = await freePort();
  const prepared = await preparePostgres({
    folder,
    say: quiet,
    port,
    password,
    database: 'tributary',
    logFile: join(folder, 'postgres.log'),
    isThrowaway: true,
  });
  const server = restartable(prepared, told);
  await server.start();
  await migrate(server.address);
  const data = await dataFolderOf(server.address);
  const backup = `${data}-backup`;
  const standbys: Standby[] = [];
  return {
    url: server.address,
    server,
    folder,
    follow: (name) => followServer({ prepared, data, told, standbys }, name),
    backUp: () => backUp(server.address, data, backup),
    async restore() {
      await server.stop();
      await rm(data, { recursive: true });
      await run('cp', ['-a', backup, data]);
      await server.start();
    },
    async close() {
      await Promise.all([server, ...standbys.map((one) => one.server)].map((one) => one.stop()));
      if (size) await run('umount', [folder]);
      await Promise.all([folder, data, backup].map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

interface Followed {
  readonly prepared: Prepared;
  readonly data: string;
  readonly told: (fault: string) => void;
  readonly standbys: Standby[];
}

async function followServer(followed: Followed, name: string): Promise<Standby> {
  const { prepared, told, standbys } = followed;
  const data = join(followed.data, '..', name);
  const [from, port] = [new URL(prepared.address), await freePort()];
  await backUp(prepared.address, followed.data, data);
  const source = `host=127.0.0.1 port=${from.port} user=postgres password=${password} application_name=${name}`;
  await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  await writeFile(join(data, 'standby.signal'), '');
  const address = prepared.address.replace(`:${from.port}/`, `:${port}/`);
  const args = prepared.program.args.map((arg) =>
    arg === followed.data ? data : arg.replace(`port=${from.port}`, `port=${port}`),
  );
  const own: Prepared = {
    address,
    ready: () => ask(address, 'select 1'),
    program: { ...prepared.program, name, args, logFile: `${prepared.program.logFile}.${name}` },
  };
  const server = restartable(own, told);
  await server.start();
  const standby: Standby = {
    server,
    leave: () => ask(address, "alter system set primary_conninfo = ''", 'select pg_reload_conf()'),
    async promote() {
      told(`promote ${name}`);
      await ask(address, 'select pg_promote()');
    },
    follow: (next) => followServer({ ...followed, prepared: own, data }, next),
  };
  standbys.push(standby);
  return standby;
}

async function ask(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
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
