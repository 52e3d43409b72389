import type { EngineStatus, EventEngine } from '#temporal/engine';

/** What the gateway asks of the engine. Nothing of it waits for Temporal. */
export type Engine = Pick<EventEngine, 'drive' | 'waitForDecision' | 'isBacklogFull'> & {
  status(): Pick<EngineStatus, 'connected' | 'queued'>;
};
