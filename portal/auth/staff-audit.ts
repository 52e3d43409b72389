import type pg from 'pg';
import { providerChain } from '#domain/ids';

/** What staff do to their own access: one name per deed. */
export type StaffDeed =
  | 'staff.sign_in'
  | 'staff.first_step'
  | 'staff.second_step'
  | 'staff.sign_out'
  | 'staff.step_up'
  | 'staff.session_revoked'
  | 'staff.factor_added'
  | 'staff.factor_removed'
  | 'staff.recovery_codes_issued'
  | 'staff.recovery_code_used'
  | 'staff.added'
  | 'staff.changed'
  | 'staff.disabled';

export interface StaffEntry {
  readonly action: StaffDeed;
  readonly outcome?: 'ok' | 'failed';
  /** Whose access it is; unknown where a sign-in names nobody. */
  readonly staffId: string | undefined;
  /** Who did it, by e-mail; the member, unless another is named. */
  readonly actor: string | undefined;
  readonly detail?: object;
}

/** Appends to the provider's own chain, in the caller's transaction, which speaks for it. */
export async function appendStaffAudit(client: pg.ClientBase, entry: StaffEntry): Promise<void> {
  const { action, outcome = 'ok', staffId, actor = 'unknown', detail = {} } = entry;
  const row = {
    org_id: providerChain,
    actor_type: 'staff',
    actor,
    action,
    subject: staffId ? `staff:${staffId}` : 'staff:unknown',
    outcome,
    detail,
  };
  await client.query('select append_audit($1)', [JSON.stringify([row])]);
}
