import type pg from 'pg';
import { textArray } from '../array-parameters.ts';

/**
 * Serialises all that is done to the orgs' invoices, payments and credit until the transaction ends. Taken after rows of events and of
 * entities and before the heads of the audit chains, in the order of the ids.
 */
export async function lockOrgs(client: pg.ClientBase, orgIds: readonly string[]): Promise<void> {
  await client.query({
    name: 'lock-orgs',
    text: 'select from org_billing where org_id = any($1) order by org_id for update',
    values: [textArray(orgIds)],
  });
}
