import 'server-only';
import { inTenants } from '#prisma/pool';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database, framePool } from '../../server/database.ts';
import { literally } from './found-rows.ts';

export interface OrgName {
  readonly id: string;
  readonly name: string;
}

/** Organisations that a page is filtered by: others are looked for when the filter is opened. */
export interface ChosenOrgs {
  readonly page: PageId;
  readonly orgs: readonly OrgName[];
}

export interface FoundOrgs {
  readonly orgs: readonly OrgName[];
  readonly hasMore: boolean;
}

export const foundOrgsMax = 50;
/** Of a shorter text any part would be found in most of them. */
const partMin = 3;
const timeoutMs = 1_000;

/** How those are called that a page's address names. */
export async function namesOfOrgs(staff: Staff, page: PageId, ids: readonly string[]): Promise<ChosenOrgs> {
  assertCan(staff, page);
  if (ids.length === 0) return { page, orgs: [] };
  const { rows } = await framePool().query<OrgName>('select id, name from org where id = any ($1) order by id', [ids]);
  return { page, orgs: rows };
}

/** Organisations whose name or id begins with the text, then those that have it anywhere in them; without a text the first by name. */
export async function findOrgs(staff: Staff, page: PageId, text: string): Promise<FoundOrgs> {
  assertCan(staff, page);
  const wanted = text.trim();
  const escaped = literally(wanted);
  const limit = foundOrgsMax + 1;
  const begins = (condition: string, order: string) =>
    `(select id, name, 0 as place from org where ${condition} order by ${order} limit ${limit})`;
  const branches = [begins('lower(name) like lower($1)', 'lower(name) using ~<~, id')];
  if (wanted !== '') branches.push(begins('id like $1', 'id'));
  if (wanted.length >= partMin)
    branches.push(`(select id, name, 1 from org where (name || chr(10) || id) ilike $2 limit ${limit})`);
  const { rows } = await inTenants(
    database().pool,
    [],
    (client) =>
      client.query<OrgName>(
        `select id, min(name) as name from (${branches.join(' union all ')}) f where $2::text is not null
         group by id order by id = $3 desc, min(place), lower(min(name)), id limit ${limit}`,
        [`${escaped}%`, `%${escaped}%`, wanted],
      ),
    // A limit tempts the planner to scan the table for it.
    { statement_timeout: `${timeoutMs}ms`, enable_seqscan: 'off' },
  );
  return { orgs: rows.slice(0, foundOrgsMax), hasMore: rows.length > foundOrgsMax };
}
