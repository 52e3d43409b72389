import type { MrrChange } from '#domain/billing/mrr';
import { utc } from './time-examples.ts';

/** `A/s1 2026-01-05 100 EUR`: from that day on the subscription of that org has that MRR. */
export function mrrChanges(...told: readonly string[]): MrrChange[] {
  return told.map((text, index) => {
    const [subscription = '', day = '', minor = '0', currency = 'EUR'] = text.split(' ');
    const [orgId = '', subscriptionId = ''] = subscription.split('/');
    return {
      orgId,
      subscriptionId,
      eventId: `evt_${String(index).padStart(3, '0')}`,
      changedAt: utc(`${day}T00:00Z`),
      currency,
      mrrMinor: BigInt(minor),
    };
  });
}
