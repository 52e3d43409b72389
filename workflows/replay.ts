import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReplayName } from '#activities/replay/replay-activities';
import { outcomeKey } from './outcome.ts';
import { closeReplay, planReplayPage, replayPage, settleReplay } from './replay-activities.ts';

/** Verdicts come within a second or two; what takes longer waits for somebody. */
const settleTries = 60;

/** What a replay of many events would do, page by page. It changes nothing but the plan. */
export function planReplay(run: ReplayName): Promise<string> {
  return toItsEnd(run, async () => {
    for (let pages = 1; !(await planReplayPage(run)).isOver; pages += 1) {
      setCurrentDetails(`${pages} pages planned`);
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof planReplay>(run);
    }
  });
}

/** Replays the events of a confirmed plan, a page a second; how many are a page is the run's own rate, read anew for each. */
export function bulkReplay(run: ReplayName): Promise<string> {
  return toItsEnd(run, async () => {
    for (let pages = 1; ; pages += 1) {
      const [{ isOver }] = await Promise.all([replayPage(run), sleep('1s')]);
      if (isOver) break;
      setCurrentDetails(`${pages} pages replayed`);
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof bulkReplay>(run);
    }
    for (let tries = 0; tries < settleTries && (await settleReplay(run)) > 0; tries += 1) await sleep('2s');
  });
}

/** Whichever way it ends, the row says so. */
async function toItsEnd(run: ReplayName, work: () => Promise<void>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => close(run, true));
    throw error;
  }
  return close(run, false);
}

async function close(run: ReplayName, isStopped: boolean): Promise<string> {
  const status = await closeReplay(run, isStopped);
  upsertSearchAttributes([{ key: outcomeKey, value: status }]);
  return status;
}
