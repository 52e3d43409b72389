import 'server-only';
import type { EpochMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';

/** An audit entry of something that the member did. */
export interface OwnDeed {
  /** As the audit log names it. */
  readonly id: string;
  readonly at: EpochMs;
  readonly action: string;
  readonly subject: string;
  readonly outcome: string;
}

export const ownDeedsMax = 200;

/** What the member did last, whatever their role sees of what others did. */
export async function readOwnActivity(staff: Staff): Promise<readonly OwnDeed[]> {
  assertCan(staff, 'settings', 'own');
  const { rows } = await database().pool.query(
    `select org_id || ':' || seq as id, at, action, subject, outcome from audit_log
     where actor = $1 and actor_type = 'staff' order by at desc, org_id desc, seq desc limit ${ownDeedsMax}`,
    [staff.email],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.getTime() }));
}
