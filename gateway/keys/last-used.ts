import type pg from 'pg';
import type { EpochMs } from '#domain/instants';

/** When keys were last used, written once a minute: a request never waits for it, and losing a minute harms nobody. */
export interface LastUsed {
  note(keyId: string, at: EpochMs): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const writeEveryMs = 60_000;

export function createLastUsed(db: pg.Pool): LastUsed {
  let used = new Map<string, EpochMs>();
  const flush = async () => {
    const noted = used;
    if (noted.size === 0) return;
    used = new Map();
    await db
      .query('select note_federation_keys_used($1, $2)', [[...noted.keys()], [...noted.values()]])
      .catch(() => undefined);
  };
  const timer = setInterval(() => void flush(), writeEveryMs);
  timer.unref();
  return {
    note: (keyId, at) => void used.set(keyId, at),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
