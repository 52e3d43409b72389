import type { JobName, JobOutcome, NotRun, SlotStatus } from '#domain/jobs';
import type { Counts } from './job-phase.ts';

/** A slot as one run has it. `holder` is the first run of the chain that works on it: it outlives a reset and continue-as-new. */
export interface HeldSlot {
  readonly job: JobName;
  readonly slot: string;
  readonly isForced: boolean;
  readonly holder: string;
}

export type OpenedSlots =
  | { readonly verdict: 'run'; readonly slots: readonly string[]; readonly phases: readonly string[] }
  | NotRun;

export interface PagePlan {
  /** The last id of each page, in order. */
  readonly boundaries: readonly string[];
  /** Nothing is due behind them. */
  readonly isLast: boolean;
}

/** What lies after one id, or from the first on, up to another. */
export interface Page {
  readonly phase: string;
  readonly after: string;
  readonly until: string;
}

export interface SlotResult {
  readonly slot: string;
  /** `skipped`: another run has taken the slot over. */
  readonly outcome: Exclude<SlotStatus, 'running' | 'covered'> | Extract<JobOutcome, 'skipped'>;
  readonly counts: Counts;
}

/** What the workflow of a job may ask for. Only JSON crosses: slots, ids and counts. */
export interface JobActivities {
  openSlot(wanted: HeldSlot): Promise<OpenedSlots>;
  planPages(held: HeldSlot, phase: string, after: string): Promise<PagePlan>;
  runPage(held: HeldSlot, page: Page): Promise<Counts>;
  closeSlot(held: HeldSlot, counts: Counts, isBroken: boolean): Promise<SlotResult>;
}
