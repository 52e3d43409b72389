import {
  ApplicationFailure,
  CancellationScope,
  makeContinueAsNewFunc,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { HeldSlot, OpenedSlots, SlotResult } from '#activities/jobs/job-activities';
import type { Counts } from '#activities/jobs/job-phase';
import { slotOf, type JobName, type JobOutcome, type SkippedSlot } from '#domain/jobs';
import { closeSlot, openSlot } from './job-activities.ts';
import { outcomeKey } from './outcome.ts';
import { rootFailure } from './root-failure.ts';
import { beginSlot, runSlot, type SlotProgress } from './run-slot.ts';

/** What a job is asked for: by a schedule nothing, by a command a slot. */
export interface JobOrder {
  readonly slot?: string;
  readonly force?: boolean;
  /** Where the run before this one of the same chain stopped. */
  readonly carried?: JobProgress;
}

export interface JobProgress {
  readonly asked: string;
  readonly isForced: boolean;
  readonly phases: readonly string[];
  /** Slots that are not done; the first may have begun. */
  readonly slots: readonly string[];
  readonly begun?: SlotProgress;
  readonly results: readonly SlotResult[];
}

export interface JobResult {
  readonly job: JobName;
  readonly slot: string;
  readonly outcome: JobOutcome;
  readonly slots: readonly SlotResult[];
  /** Another run is at one of the slots: whether it ends well is not known here. */
  readonly isElsewhere: boolean;
}

const waitForOlder = '5s';
const scheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/** Brings the books up to date as of the asked slot and of those before it that nobody finished, one slot after another. */
export async function runJob(job: JobName, order: JobOrder): Promise<JobResult> {
  const progress = order.carried ?? (await open(job, order));
  if ('verdict' in progress) {
    return conclude({ job, slot: askedSlot(job, order), outcome: 'skipped', slots: [], isElsewhere: progress.isHeld });
  }
  const { asked, isForced, phases } = progress;
  const results = [...progress.results];
  const left = [...progress.slots];
  let begun = progress.begun;
  for (let [slot] = left; slot !== undefined; [slot] = left) {
    const held = hold(job, slot, isForced);
    begun ??= beginSlot(phases);
    const isDone = await workOn(held, left, begun);
    if (!isDone) await continueLater({ asked, isForced, phases, slots: left, begun, results });
    results.push(await close(held, begun.counts));
    left.shift();
    begun = undefined;
  }
  const isElsewhere = results.some(({ outcome }) => outcome === 'skipped');
  return conclude({ job, slot: asked, outcome: outcomeOf(results), slots: results, isElsewhere });
}

async function open(job: JobName, order: JobOrder): Promise<JobProgress | SkippedSlot> {
  const asked = askedSlot(job, order);
  const isForced = order.force === true;
  const opened = await openInTurn(hold(job, asked, isForced));
  if (opened.verdict === 'skip') return opened;
  return { asked, isForced, phases: opened.phases, slots: opened.slots, results: [] };
}

/** Waits while another run works on an older slot; one that is dead loses it in some minutes. */
async function openInTurn(wanted: HeldSlot): Promise<Exclude<OpenedSlots, { verdict: 'wait' }>> {
  for (;;) {
    const opened = await CancellationScope.nonCancellable(() => openSlot(wanted));
    if (opened.verdict !== 'wait') return opened;
    await sleep(waitForOlder);
    if (workflowInfo().continueAsNewSuggested) await continueLater(undefined, wanted);
  }
}

/** Whatever ends the work on a slot too early, it and those after it are given back as failed, for the next run to take. */
async function workOn(held: HeldSlot, left: readonly string[], begun: SlotProgress): Promise<boolean> {
  try {
    return await runSlot(held, begun);
  } catch (error) {
    // Another run goes on with it.
    const failure = rootFailure(error);
    if (failure instanceof ApplicationFailure && failure.type === 'SlotLost') return true;
    await CancellationScope.nonCancellable(async () => {
      for (const slot of left) await closeSlot({ ...held, slot }, slot === held.slot ? begun.counts : {}, true);
    });
    throw error;
  }
}

/** Not stopped by a cancellation: a slot that nobody gives back is taken by nobody for some minutes. */
function close(held: HeldSlot, counts: Counts): Promise<SlotResult> {
  return CancellationScope.nonCancellable(() => closeSlot(held, counts, false));
}

async function continueLater(carried: JobProgress | undefined, wanted?: HeldSlot): Promise<never> {
  const again = makeContinueAsNewFunc<(order: JobOrder) => Promise<JobResult>>();
  const order = wanted ? { slot: wanted.slot, force: wanted.isForced } : {};
  await again({ ...order, ...(carried && { carried }) });
  throw ApplicationFailure.nonRetryable('a run went on after it had continued as new', 'NotContinued');
}

function askedSlot(job: JobName, { slot }: JobOrder): string {
  if (slot !== undefined) return slot;
  const { typedSearchAttributes, startTime } = workflowInfo();
  return slotOf(job, (typedSearchAttributes.get(scheduledStart) ?? startTime).getTime());
}

function hold(job: JobName, slot: string, isForced: boolean): HeldSlot {
  return { job, slot, isForced, holder: workflowInfo().firstExecutionRunId };
}

function outcomeOf(results: readonly SlotResult[]): JobOutcome {
  if (results.some(({ outcome }) => outcome === 'partial' || outcome === 'failed')) return 'partial';
  return results.every(({ outcome }) => outcome === 'skipped') ? 'skipped' : 'done';
}

function conclude(result: JobResult): JobResult {
  upsertSearchAttributes([{ key: outcomeKey, value: result.outcome }]);
  return result;
}
