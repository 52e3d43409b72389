import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { dayMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { Staff } from '../auth/session.ts';
import { appendStaffAudit } from '../auth/staff-audit.ts';
import { ChosenPreferences } from './preferences-schema.ts';

const keptS = (365 * dayMs) / 1_000;

/** Keeps what a member chose, for the next browser they sign in with, with its entry in the audit. */
export async function keepPreferences(
  db: pg.Pool,
  staff: Pick<Staff, 'id' | 'sessionId'>,
  chosen: ChosenPreferences,
): Promise<void> {
  await inTenants(db, [providerChain], async (client) => {
    await client.query('update staff_member set preferences = preferences || $2 where id = $1', [
      staff.id,
      JSON.stringify(chosen),
    ]);
    await appendStaffAudit(client, staff, { action: 'staff.preferences_kept', staffId: staff.id, detail: chosen });
  });
}

/** What a member chose in whatever browser; nothing where it cannot be read any more. */
export async function keptPreferences(db: pg.Pool, staffId: string): Promise<ChosenPreferences> {
  const { rows } = await db.query('select preferences from staff_member where id = $1', [staffId]);
  const kept = ChosenPreferences.safeParse(rows[0]?.preferences);
  return kept.success ? kept.data : {};
}

/** One cookie per choice. */
export function preferenceCookies(chosen: ChosenPreferences) {
  return Object.entries(chosen).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, path: '/', httpOnly: true, sameSite: 'lax', maxAge: keptS } as const],
  );
}
