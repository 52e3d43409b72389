import type pg from 'pg';
import type { Keyring } from '#prisma/keyring';
import { missingMigration } from '#prisma/missing-migration';

/** Whether this process may be sent requests: Postgres, with the schema that this release needs, and a key ring. */
export interface Readiness {
  readonly ok: boolean;
  readonly postgres: 'up' | 'away';
  readonly schema: 'current' | 'behind' | 'unknown';
  readonly keyring: 'loaded' | 'empty';
}

const cachedMs = 1_000;

/** Asks at most once a second, however often it is asked itself. */
export function createReadiness(db: pg.Pool, keyring: Keyring): () => Promise<Readiness> {
  let asked: Promise<Readiness> | undefined;
  let askedAt = 0;
  return () => {
    const now = performance.now();
    if (asked && now - askedAt < cachedMs) return asked;
    askedAt = now;
    asked = ask(db, keyring.keys.size > 0 ? 'loaded' : 'empty');
    return asked;
  };
}

async function ask(db: pg.Pool, keyring: Readiness['keyring']): Promise<Readiness> {
  try {
    const schema = (await missingMigration(db)) === undefined ? 'current' : 'behind';
    return { ok: schema === 'current' && keyring === 'loaded', postgres: 'up', schema, keyring };
  } catch {
    return { ok: false, postgres: 'away', schema: 'unknown', keyring };
  }
}
