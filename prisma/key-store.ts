import { Redis } from 'ioredis';
import type pg from 'pg';
import { findDatabaseUrl } from './database-url.ts';
import type { KeyChannel } from './federation-keys.ts';
import { parseKeyring, type Keyring } from './keyring.ts';
import { createPool } from './pool.ts';
import { readStack, readStackSecrets } from './stack-folder.ts';

/** What changes of keys need: the database as the migrator, the ring, and the way to tell the gateways. */
export interface KeyStore {
  readonly db: pg.Pool;
  readonly ring: Keyring;
  readonly channel: KeyChannel | undefined;
  close(): Promise<void>;
}

const redisTimeoutMs = 1_000;

/**
 * Opens the stores that the environment names, else those of the stack that runs here.
 * @param warn told when the gateways could not be told of a change
 */
export async function openKeyStore(warn: (line: string) => void): Promise<KeyStore> {
  const databaseUrl = await findDatabaseUrl();
  const ringText = process.env['KEY_ENCRYPTION_KEYS'] || (await readStackSecrets())?.keyEncryptionKeys;
  if (!ringText) throw new Error('no key-encryption keys: set KEY_ENCRYPTION_KEYS to those of the gateway');
  const ring = parseKeyring(ringText);
  const redisUrl = process.env['REDIS_URL'] || (await redisOfStack(databaseUrl));
  const channel = redisUrl ? openKeyChannel(redisUrl, warn) : undefined;
  const db = createPool({ url: databaseUrl, role: 'migrator', max: 2, applicationName: 'tributary-keys' });
  return {
    db,
    ring,
    channel,
    async close() {
      channel?.close();
      await db.end();
    },
  };
}

/** The stack's Redis tells the gateways of the stack's database only. */
async function redisOfStack(databaseUrl: string) {
  const stack = await readStack();
  return stack?.databaseUrl === databaseUrl ? stack.redisUrl : undefined;
}

/** The way to the gateways. @param warn told when they could not be told of a change */
export function openKeyChannel(url: string, warn: (line: string) => void): KeyChannel & { close(): void } {
  const redis = connectRedis(url);
  return {
    publish: (channel, message) =>
      redis.publish(channel, message).catch(() => {
        warn('Redis is away, so the gateways were not told: the change holds once their caches run out, within 30 s');
      }),
    close: () => redis.disconnect(),
  };
}

function connectRedis(url: string) {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: redisTimeoutMs,
    commandTimeout: redisTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  return redis;
}
