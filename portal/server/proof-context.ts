import 'server-only';
import type { ProofContext } from '../auth/prove.ts';
import { relyingParty } from '../auth/relying-party.ts';
import { database } from './database.ts';
import { environment } from './environment.ts';
import { now } from './now.ts';

/** What this process checks proofs with. */
export function proofContext(): ProofContext {
  const { STAFF_SECRET_KEYS, APP_ORIGIN } = environment();
  return { db: database().pool, ring: STAFF_SECRET_KEYS, party: relyingParty(APP_ORIGIN), now: now() };
}
