import 'server-only';
import { providerChain } from '#domain/ids';
import { can } from '../auth/access.ts';
import type { Staff } from '../auth/session.ts';
import { database } from '../server/database.ts';

/** How an export ended, by the id that its dialog gave it. */
export interface MadeExport {
  readonly outcome: string;
  readonly rows: number;
  /** Its audit entry, for whoever may read such entries. */
  readonly entry: string | undefined;
}

/** Exports of a member that are looked through, the latest first. */
const lookedAtMax = 100;

/** undefined while it is under way. */
export async function findMade(staff: Staff, id: string): Promise<MadeExport | undefined> {
  const { rows } = await database().pool.query<{ seq: string; outcome: string; rows: number }>(
    `select e.seq::text, e.outcome, (e.detail ->> 'rows')::int as rows
     from (select seq, outcome, detail::jsonb as detail from audit_log
       where action = 'export.made' and actor = $1 and actor_type = 'staff' order by at desc, org_id desc, seq desc limit ${lookedAtMax}) e
     where e.detail ->> 'id' = $2`,
    [staff.email, id],
  );
  const [made] = rows;
  if (!made) return undefined;
  const maySee = can(staff, 'audit', 'all-entries');
  return { outcome: made.outcome, rows: made.rows, entry: maySee ? `${providerChain}:${made.seq}` : undefined };
}
