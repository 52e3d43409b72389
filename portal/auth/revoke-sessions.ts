import type pg from 'pg';
import { providerChain } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { Staff } from './session.ts';
import { appendStaffAudit } from './staff-audit.ts';

/** Which sessions end: one of a member, or all of them but perhaps one. */
export type Revoked =
  | { readonly staffId: string; readonly sessionId: string }
  | { readonly staffId: string; readonly exceptId: string | undefined };

/** Ends sessions at once: their next request is nobody's. Each is an entry. Returns how many ended; those that had ended before do not count. */
export function revokeSessions(
  db: pg.Pool,
  by: Staff,
  revoked: Revoked & { readonly reason?: string },
  now: EpochMs,
): Promise<number> {
  const [condition, id] =
    'sessionId' in revoked ? ['id = $3', revoked.sessionId] : ['id is distinct from $3', revoked.exceptId];
  return inTenants(db, [providerChain], async (client) => {
    const { rows } = await client.query(
      `update staff_session set revoked_at = $2
       where staff_id = $1 and revoked_at is null and expires_at > $2 and idle_expires_at > $2 and ${condition} returning id`,
      [revoked.staffId, new Date(now), id],
    );
    for (const row of rows) {
      await appendStaffAudit(client, {
        action: 'staff.session_revoked',
        staffId: revoked.staffId,
        actor: by.email,
        detail: { session: row.id, ...(revoked.reason !== undefined && { reason: revoked.reason }) },
      });
    }
    return rows.length;
  });
}
