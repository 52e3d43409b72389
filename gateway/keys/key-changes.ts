import type { Redis } from 'ioredis';
import { keyChannelName } from '#prisma/federation-keys';
import type { KeyCache } from './key-cache.ts';

/**
 * Forgets a key as soon as its change is told. A message that is lost only means that the change holds when the key's
 * time in memory is over; after a gap in listening all of them are forgotten.
 */
export function followKeyChanges(subscriber: Redis, keys: KeyCache): void {
  subscriber.on('message', (_channel, keyId) => keys.forget(keyId));
  subscriber.on('ready', () => {
    keys.forgetAll();
    subscriber.subscribe(keyChannelName).catch(() => undefined);
  });
}
