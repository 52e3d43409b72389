import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#deploy/services/ports';
import { preparePostgres } from '#deploy/services/postgres';
import { prepareRedis } from '#deploy/services/redis';
import { prepareTemporal } from '#deploy/services/temporal';
import { temporalFiles } from '#deploy/services/temporal-files';
import { migrate } from '#prisma/migrate';
import { createDatabase } from '../../support/database.ts';
import { services as sharedServices } from '../../support/services.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { chooseSeed, createDice } from './random.ts';
import { restartable, type Restartable } from './restartable.ts';

export interface ServiceUrls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
}

export interface Services extends ServiceUrls {
  /** Past whatever is between the processes and their database. */
  readonly adminUrl: string;
  readonly folder: string;
  close(): Promise<void>;
}

/** Services of a test's own, to be killed at will. */
export interface OwnServices extends Services {
  readonly postgres: Restartable;
  readonly redis: Restartable;
  readonly temporal: Restartable;
  /** Everything that Temporal knows is gone: for a server that is not running. */
  wipeTemporal(): Promise<void>;
}

const cacheFolder = resolve('.cache');
const quiet = () => undefined;

/** Starts Postgres, Redis and Temporal on free ports, and migrates. */
export async function openOwnServices(told: (fault: string) => void): Promise<OwnServices> {
  const folder = await makeFolder();
  const prepared = await prepareAll(folder);
  const postgres = restartable(prepared.postgres, told);
  const redis = restartable(prepared.redis, told);
  const temporal = restartable(prepared.temporal, told);
  const all = [postgres, redis, temporal];
  const close = async () => {
    await Promise.all(all.map((service) => service.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const starting = [postgres.start().then(() => migrate(postgres.address)), redis.start(), temporal.start()];
    await Promise.allSettled(starting);
    await Promise.all(starting);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    databaseUrl: postgres.address,
    adminUrl: postgres.address,
    redisUrl: redis.address,
    temporalAddress: temporal.address,
    folder,
    postgres,
    redis,
    temporal,
    wipeTemporal: async () => {
      told('wipe the store of temporal');
      await Promise.all(temporalFiles.map((file) => rm(join(folder, file), { force: true })));
    },
    close,
  };
}

/** A database of its own on the services that all tests share. */
export async function openSharedServices(): Promise<Services> {
  const folder = await makeFolder();
  const database = await createDatabase();
  const { redisUrl, temporalAddress } = sharedServices();
  return {
    databaseUrl: database.url,
    adminUrl: database.url,
    redisUrl,
    temporalAddress,
    folder,
    close: async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The shared services at the far end of a network that can be broken. */
export interface NetworkedServices extends Services {
  readonly network: { readonly postgres: Proxy; readonly redis: Proxy; readonly temporal: Proxy };
}

export async function openNetworkedServices(): Promise<NetworkedServices> {
  const seed = chooseSeed();
  console.info(`the network's seed ${seed}`);
  const shared = await openSharedServices();
  const dice = createDice(seed);
  const temporalUrl = new URL(`tcp://${shared.temporalAddress}`);
  const [databaseUrl, redisUrl] = [new URL(shared.databaseUrl), new URL(shared.redisUrl)];
  const open = (url: URL) => openProxy({ host: url.hostname, port: Number(url.port) }, dice);
  const [postgres, redis, temporal] = await Promise.all([open(databaseUrl), open(redisUrl), open(temporalUrl)]);
  const through = (url: URL, { port }: Proxy) => {
    url.host = `127.0.0.1:${port}`;
    return url.href;
  };
  return {
    ...shared,
    databaseUrl: through(databaseUrl, postgres),
    redisUrl: through(redisUrl, redis),
    temporalAddress: `127.0.0.1:${temporal.port}`,
    network: { postgres, redis, temporal },
    close: async () => {
      await Promise.all([postgres.close(), redis.close(), temporal.close()]);
      await shared.close();
    },
  };
}

// The name says whose it is, so that the next run removes what a killed one left behind.
export async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), `tributary-${process.pid}-faults-`));
  // As root the server of Postgres runs under another account, which has to pass through.
  await chmod(folder, 0o711);
  return folder;
}

async function prepareAll(folder: string) {
  const common = { folder, cacheFolder, say: quiet };
  const logFile = (name: string) => join(folder, `${name}.log`);
  const [postgres, redis, frontend, http, metrics] = await Promise.all(Array.from({ length: 5 }, freePort));
  return {
    postgres: await preparePostgres({
      ...common,
      port: postgres ?? 0,
      password: 'throwaway',
      database: 'tributary',
      logFile: logFile('postgres'),
      isThrowaway: true,
    }),
    redis: await prepareRedis({ ...common, port: redis ?? 0, password: '', logFile: logFile('redis') }),
    temporal: await prepareTemporal({
      ...common,
      logFile: logFile('temporal'),
      isThrowaway: true,
      ports: { frontend: frontend ?? 0, http: http ?? 0, metrics: metrics ?? 0 },
    }),
  };
}
