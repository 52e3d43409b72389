import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { isRunning } from './process.ts';
import { preparePostgres } from './postgres.ts';
import { prepareRedis } from './redis.ts';
import type { Prepared, Service } from './service.ts';
import { startService } from './service.ts';
import { prepareTemporal } from './temporal.ts';

export type OpenServices = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  readonly started: readonly Service[];
  stop(): Promise<void>;
};

const triesMax = 3;
const folderPrefix = 'tributary-';
const ownedFolder = new RegExp(`^${folderPrefix}(\\d+)-`);

/** Throwaway services on free ports, for tests and trials; one that the environment names is used as it is. */
export async function openThrowawayServices(cacheFolder: string, say: (line: string) => void): Promise<OpenServices> {
  const configured = readConfigured();
  if (configured) return { ...configured, started: [], stop: () => Promise.resolve() };
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  // As root the server of Postgres runs under another account, which has to pass through.
  await chmod(folder, 0o711);
  const started: Service[] = [];
  const stop = async () => {
    await Promise.all(started.map((service) => service.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const open = async (variable: string, prepare: () => Promise<Prepared>) => {
    const configured = process.env[variable];
    if (configured) return configured;
    const service = await startOnFreePort(prepare);
    started.push(service);
    return service.address;
  };
  try {
    const places = placesIn(folder, cacheFolder, say);
    const [databaseUrl, redisUrl, temporalAddress] = await allOrFirstFailure([
      open('DATABASE_URL', places.postgres),
      open('REDIS_URL', places.redis),
      open('TEMPORAL_ADDRESS', places.temporal),
    ]);
    return { databaseUrl, redisUrl, temporalAddress, started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readConfigured() {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, TEMPORAL_ADDRESS: temporalAddress } = process.env;
  return databaseUrl && redisUrl && temporalAddress ? { databaseUrl, redisUrl, temporalAddress } : undefined;
}

// Waits for all, so that a failure of one leaves no other half started.
async function allOrFirstFailure<T extends readonly Promise<unknown>[]>(starting: readonly [...T]) {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

function placesIn(folder: string, cacheFolder: string, say: (line: string) => void) {
  const common = { folder, cacheFolder, say, isThrowaway: true };
  return {
    postgres: async () =>
      preparePostgres({
        ...common,
        port: await freePort(),
        password: 'throwaway',
        database: 'tributary',
        logFile: join(folder, 'postgres.log'),
      }),
    redis: async () =>
      prepareRedis({ ...common, port: await freePort(), password: '', logFile: join(folder, 'redis.log') }),
    temporal: async () =>
      prepareTemporal({
        ...common,
        logFile: join(folder, 'temporal.log'),
        ports: { frontend: await freePort(), http: await freePort(), metrics: await freePort() },
      }),
  };
}

// Between finding a port free and listening on it, another may have taken it.
async function startOnFreePort(prepare: () => Promise<Prepared>, tries = 1): Promise<Service> {
  const prepared = await prepare();
  return startService(prepared).catch((error: unknown) => {
    if (tries >= triesMax) throw error;
    return startOnFreePort(prepare, tries + 1);
  });
}

// Whoever was killed outright could not remove the folder that bears its process id.
async function removeAbandoned() {
  const abandoned = (await readdir(tmpdir())).filter((name) => {
    const pid = ownedFolder.exec(name)?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(abandoned.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
}
