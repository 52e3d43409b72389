import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { appendAsStaff } from '#prisma/append-as-staff';
import type { Staff } from './session.ts';

/** What staff do to their own access beside signing in and out, of which the functions of sessions tell. */
export type StaffDeed =
  | 'staff.factor_added'
  | 'staff.factor_removed'
  | 'staff.recovery_codes_issued'
  | 'staff.recovery_code_used'
  | 'staff.preferences_kept';

export interface StaffEntry {
  readonly action: StaffDeed;
  readonly outcome?: 'ok' | 'failed';
  /** Whose access it is. */
  readonly staffId: string;
  readonly detail?: object;
}

/** Appends to the provider's own chain, in the caller's transaction, which speaks for it. */
export async function appendStaffAudit(
  client: pg.ClientBase,
  { sessionId }: Pick<Staff, 'sessionId'>,
  { staffId, ...entry }: StaffEntry,
): Promise<void> {
  await appendAsStaff(client, sessionId, [{ org_id: providerChain, subject: `staff:${staffId}`, ...entry }]);
}
