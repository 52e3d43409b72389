import { join } from 'node:path';
import { choosePort } from '../services/ports.ts';
import { preparePostgres } from '../services/postgres.ts';
import { prepareRedis } from '../services/redis.ts';
import type { Prepared } from '../services/service.ts';
import { prepareTemporal } from '../services/temporal.ts';
import { places, ports } from './places.ts';
import type { Secrets } from './secrets.ts';

type Say = (line: string) => void;

export type StackServices = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  readonly temporalUi: string;
};

/** Starts the services that the environment does not name, by `start`, with their data in .data. */
export async function openStackServices(
  secrets: Secrets,
  say: Say,
  start: (prepared: Prepared) => Promise<void>,
): Promise<StackServices> {
  const open = async (variable: string, prepare: () => Promise<Prepared>) => {
    const configured = process.env[variable];
    if (configured) {
      say(`${variable} is set: that one is used`);
      return configured;
    }
    const prepared = await prepare();
    await start(prepared);
    return prepared.address;
  };
  const uiPort = await choosePort("Temporal's web UI", ports.temporalUi, say);
  const opened = await Promise.allSettled([
    open('DATABASE_URL', () => postgres(secrets, say)),
    open('REDIS_URL', () => redis(secrets, say)),
    open('TEMPORAL_ADDRESS', () => temporal(uiPort, say)),
  ]);
  const [databaseUrl = '', redisUrl = '', temporalAddress = ''] = opened.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  const ownUi = process.env['TEMPORAL_ADDRESS'] ? '' : `http://127.0.0.1:${uiPort}`;
  return { databaseUrl, redisUrl, temporalAddress, temporalUi: process.env['TEMPORAL_UI_URL'] ?? ownUi };
}

async function postgres(secrets: Secrets, say: Say) {
  return preparePostgres({
    folder: places.data,
    port: await choosePort('Postgres', ports.postgres, say),
    password: secrets.postgresPassword,
    database: 'tributary',
    logFile: join(places.logs, 'postgres.log'),
    isThrowaway: false,
    say,
  });
}

async function redis(secrets: Secrets, say: Say) {
  return prepareRedis({
    folder: places.data,
    cacheFolder: places.cache,
    port: await choosePort('Redis', ports.redis, say),
    password: secrets.redisPassword,
    logFile: join(places.logs, 'redis.log'),
    say,
  });
}

async function temporal(ui: number, say: Say) {
  return prepareTemporal({
    folder: places.data,
    cacheFolder: places.cache,
    logFile: join(places.logs, 'temporal.log'),
    isThrowaway: false,
    say,
    ports: {
      ui,
      frontend: await choosePort('Temporal', ports.temporal, say),
      http: await choosePort("Temporal's HTTP", ports.temporalHttp, say),
      metrics: await choosePort("Temporal's metrics", ports.temporalMetrics, say),
    },
  });
}
