import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { Staff } from './session.ts';

/** Which sessions end: one of a member, or all of them but perhaps one. */
export type Revoked =
  | { readonly staffId: string; readonly sessionId: string }
  | { readonly staffId: string; readonly exceptId: string | undefined };

type Because = Revoked & { readonly reason?: string };

/** Ends sessions at once: their next request is nobody's. Each is an entry. Returns how many ended; those that had ended before do not count. */
export function revokeSessions(db: pg.Pool, by: Staff, revoked: Because, now: EpochMs): Promise<number> {
  return inTenants(db, [providerChain], (client) => endSessions(client, by, revoked, now));
}

/** In a transaction that speaks for the provider's own chain. */
export async function endSessions(client: pg.ClientBase, by: Staff, revoked: Because, now: EpochMs): Promise<number> {
  const [onlyId, exceptId] = 'sessionId' in revoked ? [revoked.sessionId, null] : [null, revoked.exceptId];
  const { rows } = await client.query<{ n: number }>('select revoke_staff_sessions($1, $2, $3, $4, $5, $6) as n', [
    by.sessionId,
    revoked.staffId,
    onlyId,
    exceptId,
    revoked.reason,
    new Date(now),
  ]);
  return rows[0]?.n ?? 0;
}
