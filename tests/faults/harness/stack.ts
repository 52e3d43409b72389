import type pg from 'pg';
import { createKey, type IssuedKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { prepareApps, type Apps, type EventWorker } from './apps.ts';
import { createSender, type Sender } from './sender.ts';
import type { Services } from './services.ts';

/** Gateway and worker on their services, with what a test looks at them by. */
export interface Stack extends Apps {
  readonly services: Services;
  /** As the owner of everything. */
  readonly db: pg.Pool;
  /** Everything done to the processes, in words. */
  readonly faults: string[];
  /** New tenants with a key each, and a sender that signs for them and sends to the gateway, or to what stands before it. */
  makeTenants(prefix: string, count: number, to?: string): Promise<{ ids: [string, ...string[]]; sender: Sender }>;
  close(): Promise<void>;
}

export interface StackOptions<S extends Services> {
  readonly services: S;
  readonly eventWorker: EventWorker;
  readonly faults?: string[];
  readonly env?: Readonly<Record<string, string>>;
}

const ratePerS = 5_000;
const migratorConnections = 2;

/** Starts gateway and worker. They are stopped by close(), the services are not. */
export async function startStack<S extends Services>(options: StackOptions<S>): Promise<Stack & { services: S }> {
  const { services, eventWorker, faults = [], env } = options;
  const apps = await prepareApps(services, eventWorker, (fault) => faults.push(fault), env);
  const db = openAdmin(services.adminUrl, 4);
  const close = async () => {
    await Promise.all([apps.gateway.stop(), apps.worker.stop()]);
    await db.end();
  };
  try {
    await Promise.all([apps.gateway.start(), apps.worker.start()]);
    await apps.working();
  } catch (error) {
    await close();
    throw error;
  }
  const makeTenants = async (prefix: string, count: number, to = apps.gateway.address) => {
    const keys = await issueKeys(services.adminUrl, apps.keyring, prefix, count);
    const [first, ...rest] = keys.map(({ tenantId }) => tenantId);
    if (first === undefined) throw new Error('no tenants were asked for');
    const ids: [string, ...string[]] = [first, ...rest];
    return { ids, sender: createSender(to, keys) };
  };
  return { ...apps, services, db, faults, makeTenants, close };
}

async function issueKeys(databaseUrl: string, keyring: string, prefix: string, count: number): Promise<IssuedKey[]> {
  const pool = createPool({
    url: databaseUrl,
    role: 'migrator',
    max: migratorConnections,
    applicationName: 'faults-keys',
  });
  try {
    const names = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
    const key = { ratePerS, burst: ratePerS, createdBy: 'faults' };
    return await Promise.all(names.map((tenantId) => createKey(pool, parseKeyring(keyring), { ...key, tenantId })));
  } finally {
    await pool.end();
  }
}
