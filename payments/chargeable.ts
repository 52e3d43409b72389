import { toStripeAmount } from './stripe/currency.ts';

/** Why a charge failed that says nothing about the customer: the provider cannot take exactly what is due, or nothing so small or so large. */
export const amountNotChargeable = 'amount_not_chargeable';

/** Whether a provider can be asked for exactly this amount; where it counts in coarser units no other amount is asked for. */
export function canCharge(provider: string, amountMinor: bigint, currency: string): boolean {
  return provider !== 'stripe' || toStripeAmount(amountMinor, currency) !== undefined;
}
