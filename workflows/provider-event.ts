import type { ProviderEventName } from '#activities/collection/provider-event';
import { settleProviderEvent } from './collection-activities.ts';

/** What a payment provider told: the object is asked for as it is now, and settles what it is about. */
export function providerEvent({ provider, id }: ProviderEventName): Promise<void> {
  return settleProviderEvent({ provider, id });
}
