import { closeReplay } from './close-replay.ts';
import { planReplayPage } from './plan-replay.ts';
import type { ReplayActivities } from './replay-activities.ts';
import { replayPage, settleReplay } from './replay-page.ts';
import type { ReplayResources } from './resources.ts';

export function createReplayActivities(resources: ReplayResources): ReplayActivities {
  return {
    /** Key: the item's row and its state. */
    planReplayPage: ({ runId }) => planReplayPage(resources.db, runId),
    /** Key: the item's row, which changes with the event's own in one transaction. */
    replayPage: ({ runId }) => replayPage(resources, runId),
    /** Key: the item's row and its state. */
    settleReplay: ({ runId }) => settleReplay(resources.db, runId),
    /** Key: the run's row and its status. */
    closeReplay: ({ runId }, isStopped) => closeReplay(resources.db, runId, isStopped),
  };
}
