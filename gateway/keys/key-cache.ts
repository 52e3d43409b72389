import type { EpochMs } from '#domain/instants';
import type { FederationKey } from './federation-key.ts';
import { createKeyEntries } from './key-entries.ts';
import { createLookupLimit } from './lookup-limit.ts';

/** The store of keys cannot be asked now, or too many ask for keys that are not in memory. */
export class KeyStoreAway extends Error {
  override readonly name = 'KeyStoreAway';
}

export interface KeyCache {
  /** The key, undefined when there is none. @throws KeyStoreAway */
  get(keyId: string): Promise<FederationKey | undefined>;
  forget(keyId: string): void;
  forgetAll(): void;
  size(): number;
}

export interface KeyCacheOptions {
  readonly load: (keyId: string) => Promise<FederationKey | undefined>;
  readonly now: () => EpochMs;
  readonly onLookupFailed: (keyId: string, error: unknown) => void;
}

const coldLookupsPerS = 200;
const coldWaitMsMax = 1_000;

/** Keys in memory. Past its time a key is never used, whatever the store says: rather no answer than a stale one. */
export function createKeyCache({ load, now, onLookupFailed }: KeyCacheOptions): KeyCache {
  const entries = createKeyEntries(now);
  const loading = new Map<string, Promise<FederationKey | undefined>>();
  const limit = createLookupLimit(coldLookupsPerS, coldWaitMsMax);

  const loadOnce = async (keyId: string): Promise<FederationKey | undefined> => {
    const underWay = loading.get(keyId);
    if (underWay) return underWay;
    const lookup = load(keyId);
    loading.set(keyId, lookup);
    try {
      const key = await lookup;
      // Told of a change meanwhile: what was read may be from before it.
      if (loading.get(keyId) === lookup) entries.store(keyId, key);
      return key;
    } catch (error) {
      onLookupFailed(keyId, error);
      throw new KeyStoreAway('look-up failed', { cause: error });
    } finally {
      if (loading.get(keyId) === lookup) loading.delete(keyId);
    }
  };
  const loadCold = async (keyId: string) => {
    if (!loading.has(keyId) && !(await limit.enter())) throw new KeyStoreAway('too many look-ups');
    return loadOnce(keyId);
  };
  return {
    async get(keyId) {
      const known = entries.read(keyId);
      if (!known) return loadCold(keyId);
      // Ahead of its end, so that nobody waits for it; a failure is told when it has run out.
      if (known.isAgeing && !loading.has(keyId)) loadOnce(keyId).catch(() => undefined);
      return known.key;
    },
    forget(keyId) {
      entries.forget(keyId);
      loading.delete(keyId);
    },
    forgetAll() {
      entries.forgetAll();
      loading.clear();
    },
    size: () => entries.size(),
  };
}
