import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import type { LiveSecret } from './federation-key.ts';

/** When keys were last used, and how often by a secret that was rotated away. A request never waits for it; losing some seconds harms nobody. */
export interface LastUsed {
  note(keyId: string, secret: Pick<LiveSecret, 'version' | 'validUntil'>, at: EpochMs): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface LateUse {
  readonly keyId: string;
  readonly version: number;
  readonly uses: number;
  readonly at: EpochMs;
}

/** Staff who wait for the last caller to change over look at it. */
const writeEveryMs = 10_000;

export function createLastUsed(db: pg.Pool): LastUsed {
  let used = new Map<string, EpochMs>();
  let late = new Map<string, LateUse>();
  const flush = async () => {
    const [noted, lately] = [used, [...late.values()]];
    if (noted.size === 0) return;
    used = new Map();
    late = new Map();
    await db
      .query('select note_federation_keys_used($1, $2)', [[...noted.keys()], [...noted.values()]])
      .catch(() => undefined);
    if (lately.length > 0)
      await db.query('select note_late_uses($1, $2, $3, $4)', columnsOf(lately)).catch(() => undefined);
  };
  const timer = setInterval(() => void flush(), writeEveryMs);
  timer.unref();
  return {
    note(keyId, { version, validUntil }, at) {
      used.set(keyId, at);
      if (validUntil === undefined) return;
      const name = `${keyId} ${version}`;
      late.set(name, { keyId, version, uses: (late.get(name)?.uses ?? 0) + 1, at });
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function columnsOf(late: readonly LateUse[]) {
  return [
    late.map(({ keyId }) => keyId),
    late.map(({ version }) => version),
    late.map(({ uses }) => uses),
    late.map(({ at }) => at),
  ];
}
