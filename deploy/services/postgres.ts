import { execFile } from 'node:child_process';
import { appendFile, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findServerAccount, reachableFolder } from './account.ts';
import { findPostgres } from './find-postgres.ts';
import type { Account } from './process.ts';
import type { Prepared } from './service.ts';

const run = promisify(execFile);
const connectTimeoutMs = 2_000;
const firstWithBuiltinLocale = 17;

export type PostgresOptions = {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly database: string;
  readonly logFile: string;
  /** A throwaway cluster of the tests: nothing is kept through a crash of the machine. */
  readonly isThrowaway: boolean;
  readonly say: (line: string) => void;
};

export async function preparePostgres(options: PostgresOptions): Promise<Prepared> {
  const account = findServerAccount();
  const { postgres, initdb } = await findPostgres(account, options.say);
  const data = join(reachableFolder(options.folder, account), 'postgres');
  if (!(await isCluster(data))) await makeCluster(initdb, data, account, options);
  const address = `postgresql://postgres:${options.password}@127.0.0.1:${options.port}/${options.database}`;
  return {
    address,
    ready: () => ping(address),
    program: {
      name: 'postgres',
      command: postgres,
      cwd: '/',
      account,
      logFile: options.logFile,
      stopSignal: 'SIGINT',
      stopTimeoutMs: 20_000,
      args: ['-D', data, ...settings(options).flatMap((setting) => ['-c', setting])],
    },
  };
}

function settings({ port, isThrowaway }: PostgresOptions) {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'max_locks_per_transaction=256',
    `shared_buffers=${isThrowaway ? '128MB' : '256MB'}`,
    'synchronous_commit=on',
    'max_wal_size=2GB',
    // Who needs a new file of the WAL fills it with zeros, some 60 ms for which every commit waits: old ones are used again instead.
    `min_wal_size=${isThrowaway ? '80MB' : '1GB'}`,
    'log_lock_waits=on',
    'idle_in_transaction_session_timeout=10s',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
}

async function makeCluster(initdb: string, data: string, account: Account | undefined, options: PostgresOptions) {
  options.say(`making a Postgres cluster in ${data}`);
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(dirname(data), '.postgres-password');
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  if (account) await Promise.all([data, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--data-checksums',
    '--encoding=UTF8',
    ...(options.isThrowaway ? ['--no-sync'] : []),
    ...(await localeOf(initdb)),
  ];
  await run(initdb, args, { ...account, cwd: '/' }).finally(() => rm(passwordFile, { force: true }));
  // Not by the command line, beside which it could not be turned on for a while.
  if (options.isThrowaway) await appendFile(join(data, 'postgresql.conf'), 'fsync = off\n');
}

// One order and one case mapping everywhere: the code points', whatever locales the machine has.
async function localeOf(initdb: string) {
  const { stdout } = await run(initdb, ['--version']);
  const major = Number(/(\d+)/.exec(stdout)?.[1]);
  if (major >= firstWithBuiltinLocale) return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return [process.platform === 'linux' ? '--locale=C.UTF-8' : '--locale=C'];
}

async function isCluster(data: string) {
  return readFile(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function ping(url: string) {
  const address = new URL(url);
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.href, connectionTimeoutMillis: connectTimeoutMs });
  await client.connect();
  await client.end();
}
