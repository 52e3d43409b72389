import { handleProviderEvent, type ProviderEventName } from './provider-event.ts';
import type { CollectionResources } from './resources.ts';

/** What workflows ask of collection beside its job. */
export interface CollectionActivities {
  settleProviderEvent(name: ProviderEventName): Promise<void>;
}

export function createCollectionActivities(resources: CollectionResources): CollectionActivities {
  return {
    /** Key: the event's row. */
    settleProviderEvent: (name) => handleProviderEvent(resources, name),
  };
}
