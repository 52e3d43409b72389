import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#deploy/services/ports';
import { preparePostgres } from '#deploy/services/postgres';
import { prepareRedis } from '#deploy/services/redis';
import { startService } from '#deploy/services/service';
import { prepareTemporal } from '#deploy/services/temporal';
import { migrate } from '#prisma/migrate';

export interface BenchServices {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  /** Process ids by name, for their CPU. */
  readonly pids: ReadonlyMap<string, number>;
  readonly folder: string;
  stop(): Promise<void>;
}

/**
 * Real services of our own with the settings of `npm start`: every commit is flushed to disk.
 * @param kept a folder whose data is used and stays, so that what is seeded once is measured again
 */
export async function startServices(say: (line: string) => void, kept?: string): Promise<BenchServices> {
  if (kept !== undefined) await mkdir(kept, { recursive: true });
  const folder = kept === undefined ? await mkdtemp(join(tmpdir(), 'bench-of-tributary-')) : resolve(kept);
  // As root the server of Postgres runs under another account, which has to pass through.
  await chmod(folder, 0o711);
  const common = { folder, cacheFolder: resolve('.cache'), say, isThrowaway: false };
  const ports = { frontend: await freePort(), http: await freePort(), metrics: await freePort() };
  const services = [
    await startService(
      await preparePostgres({
        ...common,
        port: await freePort(),
        password: 'bench',
        database: 'bench',
        logFile: join(folder, 'postgres.log'),
      }),
    ),
    await startService(
      await prepareRedis({ ...common, port: await freePort(), password: '', logFile: join(folder, 'redis.log') }),
    ),
    await startService(await prepareTemporal({ ...common, ports, logFile: join(folder, 'temporal.log') })),
  ] as const;
  const [postgres, redis, temporal] = services;
  await migrate(postgres.address);
  return {
    databaseUrl: postgres.address,
    redisUrl: redis.address,
    temporalAddress: temporal.address,
    pids: new Map(services.map(({ name, pid }) => [name, pid])),
    folder,
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
      if (kept === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}
