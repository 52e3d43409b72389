import { inTenants } from '#prisma/pool';
import type { Actor } from '../collection/names.ts';
import type { CollectionResources } from '../collection/resources.ts';
import { settlePayment } from '../collection/settle-payment.ts';
import { settleRefund } from '../collection/settle-refund.ts';
import type { CommandName } from './command.ts';
import { readSettles } from './execute-staff-command.ts';

/**
 * Asks providers for what a command began, outside of any transaction, and books what came of it. What gets no answer stays unknown: the janitor
 * finds it out. Key: the row of each payment or refund, and its provider's key.
 */
export async function settleStaffCommand(resources: CollectionResources, { orgId, id }: CommandName): Promise<void> {
  const { rows } = await inTenants(resources.db, [orgId], (client) =>
    client.query<{ result: unknown; actor_type: string; actor: string }>(
      "select result, actor_type, actor from staff_command where org_id = $1 and id = $2 and status = 'done'",
      [orgId, id],
    ),
  );
  const [row] = rows;
  if (!row) return;
  const actor: Actor = { actorType: row.actor_type === 'system' ? 'system' : 'staff', actor: row.actor };
  for (const { what, invoiceId, ref } of readSettles(row.result)) {
    const name = { orgId, invoiceId, ref };
    if (what === 'payment') await settlePayment(resources, name, actor);
    else await settleRefund(resources, name, actor);
  }
}
