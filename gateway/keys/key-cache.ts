import type { EpochMs } from '#domain/instants';
import type { FederationKey } from './federation-key.ts';
import { createLookupLimit } from './lookup-limit.ts';

/** The store of keys cannot be asked now, or too many ask for keys that are not in memory. */
export class KeyStoreAway extends Error {
  override readonly name = 'KeyStoreAway';
}

export interface KeyCache {
  /** The key, undefined when there is none. @throws KeyStoreAway */
  get(keyId: string): Promise<FederationKey | undefined> | FederationKey | undefined;
  forget(keyId: string): void;
  forgetAll(): void;
  size(): number;
}

export interface KeyCacheOptions {
  readonly load: (keyId: string) => Promise<FederationKey | undefined>;
  readonly now: () => EpochMs;
  readonly onRefreshFailed: (keyId: string, error: unknown) => void;
}

interface Entry {
  readonly key: FederationKey | undefined;
  readonly loadedAt: EpochMs;
}

/** A revocation holds within this time even when nobody tells of it. */
export const positiveTtlMs = 30_000;
const refreshAfterMs = 20_000;
const negativeTtlMs = 5_000;
const entriesMax = 50_000;
const coldLookupsPerS = 200;
const coldWaitMsMax = 1_000;

/** Keys in memory. Past its time a key is never used, whatever the store says: rather no answer than a stale one. */
export function createKeyCache({ load, now, onRefreshFailed }: KeyCacheOptions): KeyCache {
  const known = new Map<string, Entry>();
  const unknown = new Map<string, Entry>();
  const loading = new Map<string, Promise<FederationKey | undefined>>();
  const limit = createLookupLimit(coldLookupsPerS, coldWaitMsMax);

  const store = (keyId: string, key: FederationKey | undefined) => {
    known.delete(keyId);
    unknown.delete(keyId);
    const entries = key ? known : unknown;
    for (const oldest of entries.keys()) {
      if (entries.size < entriesMax) break;
      entries.delete(oldest);
    }
    entries.set(keyId, { key, loadedAt: now() });
  };
  const loadOnce = (keyId: string): Promise<FederationKey | undefined> => {
    const underWay = loading.get(keyId);
    if (underWay) return underWay;
    const loaded = load(keyId).then((key) => {
      // Told of a change meanwhile: what was read may be from before it.
      if (loading.get(keyId) === loaded) store(keyId, key);
      return key;
    });
    const ended = loaded.finally(() => {
      if (loading.get(keyId) === loaded) loading.delete(keyId);
    });
    ended.catch(() => undefined);
    loading.set(keyId, loaded);
    return loaded;
  };
  const loadCold = async (keyId: string) => {
    if (!loading.has(keyId) && !(await limit.enter())) throw new KeyStoreAway('too many look-ups');
    return loadOnce(keyId).catch((error: unknown) => {
      onRefreshFailed(keyId, error);
      throw new KeyStoreAway('look-up failed', { cause: error });
    });
  };
  return {
    get(keyId) {
      const entry = known.get(keyId) ?? unknown.get(keyId);
      const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.loadedAt;
      if (!entry || age < 0 || age >= (entry.key ? positiveTtlMs : negativeTtlMs)) return loadCold(keyId);
      if (entry.key && age >= refreshAfterMs && !loading.has(keyId)) {
        loadOnce(keyId).catch((error: unknown) => onRefreshFailed(keyId, error));
      }
      return entry.key;
    },
    forget(keyId) {
      known.delete(keyId);
      unknown.delete(keyId);
      loading.delete(keyId);
    },
    forgetAll() {
      known.clear();
      unknown.clear();
      loading.clear();
    },
    size: () => known.size,
  };
}
