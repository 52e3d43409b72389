import type pg from 'pg';

/** What a member of staff did; who that is the database finds out by the session. */
export interface StaffDoing {
  readonly org_id: string;
  readonly action: string;
  /** `kind/id` of the thing it was done to. */
  readonly subject: string;
  readonly outcome?: string;
  readonly detail?: object;
}

/**
 * Appends to the chains of the orgs, in a transaction that speaks for them.
 * @throws where the session has ended
 */
export async function appendAsStaff(
  client: pg.ClientBase,
  sessionId: string,
  doings: readonly StaffDoing[],
): Promise<void> {
  if (doings.length > 0) await client.query('select append_as_staff($1, $2)', [sessionId, JSON.stringify(doings)]);
}
