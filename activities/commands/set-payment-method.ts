import type pg from 'pg';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { setPaymentMethod } from '../collection/set-payment-method.ts';
import type { Done, StaffCommand } from './command.ts';

/** Sets the org's payment method and begins the retries that it brings at once. Key: the attempts. */
export async function changePaymentMethod(
  client: pg.ClientBase,
  { orgId, at, actor }: StaffCommand,
  { provider, token }: StaffCommandBody<'set_payment_method'>,
): Promise<Done> {
  const begun = await setPaymentMethod(client, { orgId, provider, token }, at, actor);
  return {
    // The token may be a secret of the provider's: it stands in the command alone.
    result: { provider, retried: begun.map(({ invoiceId }) => invoiceId) },
    settles: begun.map(({ invoiceId, ref }) => ({ what: 'payment', invoiceId, ref })),
  };
}
