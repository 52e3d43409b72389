import type { EpochMs } from '#domain/instants';
import type { FederationKey } from './federation-key.ts';
import { createKeyEntries } from './key-entries.ts';
import { createLookupLimit } from './lookup-limit.ts';

/** The store of keys cannot be asked now. */
export class KeyStoreAway extends Error {
  override readonly name = 'KeyStoreAway';
}

/** Too many ask for keys that are not in memory: the store is well. */
export class TooManyLookups extends Error {
  override readonly name = 'TooManyLookups';
}

export interface KeyCache {
  /** The key, undefined when there is none. @throws KeyStoreAway, TooManyLookups */
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

  const admitted = async (keyId: string) => {
    if (!(await limit.enter())) throw new TooManyLookups('too many look-ups');
    return load(keyId);
  };
  const follow = (keyId: string, lookup: Promise<FederationKey | undefined>) => {
    // Told of a change meanwhile it is no longer the current one: what was read may be from before it.
    const endIfCurrent = () => loading.get(keyId) === followed && loading.delete(keyId);
    const followed = lookup.then(
      (key) => {
        if (endIfCurrent()) entries.store(keyId, key);
        return key;
      },
      (error: unknown) => {
        endIfCurrent();
        onLookupFailed(keyId, error);
        throw error instanceof TooManyLookups ? error : new KeyStoreAway('look-up failed', { cause: error });
      },
    );
    loading.set(keyId, followed);
    return followed;
  };
  return {
    async get(keyId) {
      const known = entries.read(keyId);
      if (!known) return loading.get(keyId) ?? follow(keyId, admitted(keyId));
      // Ahead of its end, so that nobody waits for it; a failure is told when it has run out.
      if (known.isAgeing && !loading.has(keyId)) follow(keyId, load(keyId)).catch(() => undefined);
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
