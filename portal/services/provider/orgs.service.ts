import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { framePool } from '../../server/database.ts';

export interface OrgName {
  readonly id: string;
  readonly name: string;
}

const orgsMax = 500;

/** What the organisation filter of a page offers. */
export async function listOrgNames(staff: Staff, page: PageId): Promise<readonly OrgName[]> {
  assertCan(staff, page);
  const { rows } = await framePool().query<OrgName>('select id, name from org order by id limit $1', [orgsMax]);
  return rows;
}
