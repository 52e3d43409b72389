import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { pino } from 'pino';
import { expect } from 'vitest';
import type { EventRef } from '#domain/ids';
import { createPool } from '#prisma/pool';
import { createEventEngine, type EventEngine } from '#temporal/engine';
import { readEngineEnv } from '#temporal/env';
import { createApplyPools, type ApplyPools } from '#temporal/worker';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';
import { acceptAll, makeOrg } from '../support/events.ts';
import { services } from '../support/services.ts';

/** A database, its pools, a task queue of its own, and a client to look at runs with. */
export interface EngineSite {
  readonly databaseUrl: string;
  readonly admin: pg.Pool;
  readonly pools: ApplyPools & { readonly gateway: pg.Pool };
  readonly client: Client;
  readonly taskQueue: string;
  readonly address: string;
  /** Starts an engine here; closed with the site. */
  open(env?: Readonly<Record<string, string>>): EventEngine;
  close(): Promise<void>;
}

export const silent = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

export async function createSite(address = services().temporalAddress): Promise<EngineSite> {
  const database = await createDatabase();
  const admin = openAdmin(database.url);
  const pools = {
    ...createApplyPools(database.url, 'test'),
    gateway: createPool({ url: database.url, role: 'gateway', max: 5, applicationName: 'test' }),
  };
  const connection = Connection.lazy({ address });
  const taskQueue = `events-${randomBytes(5).toString('hex')}`;
  const engines = new Set<EventEngine>();
  return {
    databaseUrl: database.url,
    admin,
    pools,
    client: new Client({ connection }),
    taskQueue,
    address,
    open(env = {}) {
      const engine = createEventEngine({
        env: readEngineEnv({ TEMPORAL_ADDRESS: address, EVENT_TASK_QUEUE: taskQueue, ...env }),
        db: pools,
        log: silent,
      });
      engines.add(engine);
      return engine;
    },
    async close() {
      await Promise.all([...engines].map((engine) => engine.close()));
      await connection.close();
      await Promise.all([pools.apply, pools.applyPatiently, pools.gateway, admin].map((pool) => pool.end()));
      await database.drop();
    },
  };
}

export async function untilWorking(engine: EventEngine): Promise<void> {
  await expect.poll(() => engine.status().embeddedWorker, { timeout: 30_000 }).toBe('running');
}

export async function untilConnected(engine: EventEngine): Promise<void> {
  await expect.poll(() => engine.status().connected, { timeout: 30_000 }).toBe(true);
}

/** Accepts one small event of a new org. */
export async function acceptOne(site: EngineSite, org?: string): Promise<EventRef> {
  const [ref] = await acceptMany(site, 1, org);
  if (!ref) throw new Error('nothing accepted');
  return ref;
}

export async function acceptMany(site: EngineSite, count: number, org?: string): Promise<EventRef[]> {
  const tenant = org ?? (await makeOrg(site.admin));
  return acceptAll(
    site.admin,
    tenant,
    Array.from({ length: count }, () => ({
      type: 'lead.created' as const,
      data: { leadId: randomBytes(8).toString('hex'), source: 'web' },
    })),
  );
}

export async function pendingCount(site: EngineSite): Promise<number> {
  const { rows } = await site.admin.query<{ count: number }>('select count(*)::integer as count from event_pending');
  return rows[0]?.count ?? 0;
}

export async function untilDecided(site: EngineSite, timeout = 20_000): Promise<void> {
  await expect.poll(() => pendingCount(site), { timeout, interval: 50 }).toBe(0);
}

/** Makes the sweeper find what waits at its next look. */
export async function makeStale(site: EngineSite): Promise<void> {
  await site.admin.query("update event_pending set sweep_after = now() - interval '1 second'");
}
