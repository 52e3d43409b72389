import type pg from 'pg';
import { isTransient } from '#domain/database-errors';
import type { StaffCommand } from './command.ts';
import { rateOrgs } from '../rating/rate-orgs.ts';

/**
 * The night's rating of one org, now: what an order changed stands on the draft at once, and the night finds nothing new. False where the org is
 * parked or cannot be rated: its marks stay, and the job that rates it says why. The org is locked.
 */
export async function rateOrg(
  client: pg.ClientBase,
  { orgId, at }: Pick<StaffCommand, 'orgId' | 'at'>,
): Promise<boolean> {
  const { rowCount } = await client.query('select from org_billing where org_id = $1 and parked_at is null', [orgId]);
  if (rowCount === 0) return false;
  await client.query('savepoint rating');
  try {
    await rateOrgs(client, [orgId], at);
    return true;
  } catch (error) {
    if (isTransient(error)) throw error;
    await client.query('rollback to savepoint rating');
    return false;
  }
}
