import type pg from 'pg';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { setPaymentMethod } from '../collection/set-payment-method.ts';
import type { Done, StaffCommand } from './command.ts';

/** Sets the org's payment method and begins the retries that it brings at once. Key: the attempts. */
export async function changePaymentMethod(
  client: pg.ClientBase,
  { orgId, doneAt, actor, providers }: StaffCommand,
  { provider, token }: StaffCommandBody<'set_payment_method'>,
): Promise<Done | Refusal> {
  if (providers && !providers.has(provider)) return refusal('provider_not_set_up');
  const begun = await setPaymentMethod(client, { orgId, provider, token }, doneAt, actor);
  return {
    // The token may be a secret of the provider's: it stands in the command alone.
    result: { provider, retried: begun.map(({ invoiceId }) => invoiceId) },
    settles: begun.map(({ invoiceId, ref }) => ({ what: 'payment', invoiceId, ref })),
  };
}
