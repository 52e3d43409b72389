import type { EpochMs } from '#domain/instants';
import type { FederationKey } from './federation-key.ts';

/** What is in memory of a key id: the key, or that there is none. `isAgeing`: still good, and time to look again. */
export interface KnownKey {
  readonly key: FederationKey | undefined;
  readonly isAgeing: boolean;
}

export interface KeyEntries {
  /** Undefined when nothing is known, or too long ago. */
  read(keyId: string): KnownKey | undefined;
  store(keyId: string, key: FederationKey | undefined): void;
  forget(keyId: string): void;
  forgetAll(): void;
  size(): number;
}

/** A revocation holds within this time even when nobody tells of it. */
const positiveTtlMs = 30_000;
const refreshAfterMs = 20_000;
const negativeTtlMs = 5_000;
const entriesMax = 50_000;

export function createKeyEntries(now: () => EpochMs): KeyEntries {
  const known = new Map<string, { readonly key: FederationKey | undefined; readonly loadedAt: EpochMs }>();
  const unknown: typeof known = new Map();
  const forget = (keyId: string) => {
    known.delete(keyId);
    unknown.delete(keyId);
  };
  return {
    read(keyId) {
      const entry = known.get(keyId) ?? unknown.get(keyId);
      if (!entry) return undefined;
      const age = now() - entry.loadedAt;
      // A clock that was set back makes every age unknown.
      if (age < 0 || age >= (entry.key ? positiveTtlMs : negativeTtlMs)) return undefined;
      return { key: entry.key, isAgeing: entry.key !== undefined && age >= refreshAfterMs };
    },
    store(keyId, key) {
      forget(keyId);
      const entries = key ? known : unknown;
      for (const oldest of entries.keys()) {
        if (entries.size < entriesMax) break;
        entries.delete(oldest);
      }
      entries.set(keyId, { key, loadedAt: now() });
    },
    forget,
    forgetAll() {
      known.clear();
      unknown.clear();
    },
    size: () => known.size,
  };
}
