import { rm } from 'node:fs/promises';
import { openProxy } from '#tests/gateway/harness/proxy';
import { services } from '../../support/services.ts';
import { openOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import type { Restartable } from './restartable.ts';
import { makeFolder, type Services } from './services.ts';

/** The shared services with a Postgres of its own, whose files lie in memory of that size where it is given, and a way that can lead to another. */
export interface MovableServices extends Services {
  readonly postgres: OwnPostgres;
  /** From now on the database is there, and every connection to where it was is gone. */
  moveTo(server: Restartable): void;
  /** As moveTo(), for new connections only. */
  turnTo(server: Restartable): void;
}

export async function openMovableServices(told: (fault: string) => void, size?: string): Promise<MovableServices> {
  const postgres = await openOwnPostgres(told, size);
  const way = await openProxy(postgres.url);
  const folder = await makeFolder();
  const { redisUrl, temporalAddress } = services();
  const turnTo = (server: Restartable) => way.lead(server.address);
  return {
    databaseUrl: way.url,
    adminUrl: way.url,
    redisUrl,
    temporalAddress,
    folder,
    postgres,
    turnTo,
    moveTo(server) {
      turnTo(server);
      way.reset();
    },
    async close() {
      await way.close();
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
