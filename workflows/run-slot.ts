import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { HeldSlot } from '#activities/jobs/job-activities';
import type { Counts } from '#activities/jobs/job-phase';
import { planPages, runPage } from './job-activities.ts';

/** How far the work on one slot is. It crosses from run to run. */
export interface SlotProgress {
  /** Phases that are not done; the first is under way. */
  phases: readonly string[];
  /** Ends of pages that are planned and not begun, of the first phase. */
  boundaries: string[];
  /** The end of the last page that was begun. */
  after: string;
  /** Nothing of the phase is due behind what is planned. */
  isPlanned: boolean;
  pagesPlanned: number;
  pagesDone: number;
  counts: Counts;
}

/** Pages of one phase that run beside each other. */
const pageWindow = 4;

export function beginSlot(phases: readonly string[]): SlotProgress {
  return { phases, boundaries: [], after: '', isPlanned: false, pagesPlanned: 0, pagesDone: 0, counts: {} };
}

/** Runs the phases of a slot from where it is. False when the history is long and the rest is for a run of its own. */
export async function runSlot(held: HeldSlot, progress: SlotProgress): Promise<boolean> {
  for (let [phase] = progress.phases; phase !== undefined; [phase] = progress.phases) {
    if (progress.boundaries.length > 0) await runPages(held, phase, progress);
    if (isLong()) return false;
    if (progress.boundaries.length === 0 && progress.isPlanned) endPhase(progress);
    else if (progress.boundaries.length === 0) await plan(held, phase, progress);
  }
  return true;
}

async function plan(held: HeldSlot, phase: string, progress: SlotProgress) {
  const { boundaries, isLast } = await planPages.executeWithOptions({ summary: phase }, [held, phase, progress.after]);
  progress.boundaries = [...boundaries];
  progress.pagesPlanned += boundaries.length;
  progress.isPlanned = isLast;
  report(held, phase, progress);
}

function endPhase(progress: SlotProgress) {
  Object.assign(progress, { ...beginSlot(progress.phases.slice(1)), counts: progress.counts });
}

async function runPages(held: HeldSlot, phase: string, progress: SlotProgress) {
  let isBroken = false;
  const lane = async () => {
    while (!isBroken && !isLong()) {
      const until = progress.boundaries.shift();
      if (until === undefined) return;
      const page = { phase, after: progress.after, until };
      progress.after = until;
      try {
        progress.counts = sum(await runPage.executeWithOptions({ summary: phase }, [held, page]), progress);
      } catch (error) {
        isBroken = true;
        throw error;
      }
      progress.pagesDone += 1;
      report(held, phase, progress);
    }
  };
  // All of them end before the slot is given back.
  const lanes = await Promise.allSettled(Array.from({ length: pageWindow }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
}

function isLong(): boolean {
  return workflowInfo().continueAsNewSuggested;
}

function sum(page: Counts, { counts }: SlotProgress): Counts {
  const total: Record<string, number> = { ...counts };
  for (const [name, n] of Object.entries(page)) total[name] = (total[name] ?? 0) + n;
  return total;
}

function report({ job, slot }: HeldSlot, phase: string, { pagesDone, pagesPlanned, after, counts }: SlotProgress) {
  const told = Object.entries(counts).map(([name, n]) => `${name} ${n}`);
  setCurrentDetails(
    [
      `${job} ${slot}`,
      `${phase}: pages ${pagesDone} of ${pagesPlanned}`,
      `up to ${after || 'nothing yet'}`,
      ...told,
    ].join('  \n'),
  );
}
