import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';

export interface OrgName {
  readonly id: string;
  readonly name: string;
}

const orgsMax = 500;

/** What the organisation filter of a page offers. */
export async function listOrgNames(staff: Staff, page: PageId): Promise<readonly OrgName[]> {
  assertCan(staff, page);
  return database().prisma.org.findMany({ select: { id: true, name: true }, orderBy: { id: 'asc' }, take: orgsMax });
}
