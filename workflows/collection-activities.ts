import { proxyActivities } from '@temporalio/workflow';
import type { CollectionActivities } from '#activities/collection/collection-activities';

// No limit of attempts: what it does may be repeated, and a provider or a database that is away comes back.
export const { settleProviderEvent } = proxyActivities<CollectionActivities>({
  startToCloseTimeout: '2m',
  retry: { initialInterval: '1s', maximumInterval: '5m' },
});
