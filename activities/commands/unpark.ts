import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import type { Done, StaffCommand } from './command.ts';

/** Lets jobs work again on what an invariant had stopped: an invoice, or all of an org. Key: the mark that it takes away. */
export async function unpark(
  client: pg.ClientBase,
  { orgId }: StaffCommand,
  { invoiceId }: StaffCommandBody<'unpark'>,
): Promise<Done | Refusal> {
  const { rowCount } =
    invoiceId === undefined
      ? await client.query(
          'update org_billing set parked_at = null, parked_reason = null where org_id = $1 and parked_at is not null',
          [orgId],
        )
      : await client.query(
          'update invoice set parked_at = null, parked_reason = null where org_id = $1 and id = $2 and parked_at is not null',
          [orgId, invoiceId],
        );
  return rowCount === 0 ? refusal('not_parked') : { result: { invoiceId } };
}
