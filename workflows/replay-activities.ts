import { proxyActivities } from '@temporalio/workflow';
import type { ReplayActivities } from '#activities/replay/replay-activities';

// No limit of attempts: each is done once by its rows, and trouble with the database ends some time. A page takes a second or two, and what a
// dead worker left is taken up again after the timeout.
export const { planReplayPage, replayPage, settleReplay, closeReplay } = proxyActivities<ReplayActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '1s', maximumInterval: '1m' },
});
