import { ApplicationFailure, Context } from '@temporalio/activity';
import type pg from 'pg';
import type { Logger } from 'pino';
import { slotAt, type JobName } from '#domain/jobs';
import { closeSlot } from './close-slot.ts';
import type { HeldSlot, JobActivities, Page } from './job-activities.ts';
import type { JobPhase, SlotAt } from './job-phase.ts';
import { openSlot } from './open-slot.ts';
import { planPages } from './plan-pages.ts';
import { failureCode, recordFailure } from './record-failure.ts';
import { runPage, type PagePorts, type PageProgress } from './run-page.ts';
import { turnsBesideEvents, type TakeTurn } from './take-turns.ts';
import { touchSlot } from './touch-slot.ts';

export interface JobResources {
  /** As the worker, with the patience of a page. */
  readonly db: pg.Pool;
  /** What each job does, in order. */
  readonly jobs: Readonly<Record<JobName, readonly JobPhase[]>>;
  /** Whether accepted events are being worked on now. */
  readonly areEventsUnderWay: () => Promise<boolean>;
  readonly log: Logger;
}

const pulseMs = 5_000;

export function createJobActivities({ db, jobs, areEventsUnderWay, log }: JobResources): JobActivities {
  const inTurn = turnsBesideEvents(areEventsUnderWay);
  return {
    /** Key: (job, slot, holder). */
    async openSlot(wanted) {
      if (slotAt(wanted.job, wanted.slot) === undefined) throw defect('SlotInvalid', wanted.slot);
      const opened = await openSlot(db, wanted);
      if (opened.verdict !== 'run') return opened;
      return { ...opened, phases: jobs[wanted.job].map(({ name }) => name) };
    },
    /** Reads only. */
    planPages: (held, phase, after) => planPages(phaseOf(jobs, held.job, phase), slotOf(held), after),
    /** Key: the phase's own. */
    runPage: (held, page) => runWithPulse({ db, log, inTurn }, held, page, phaseOf(jobs, held.job, page.phase)),
    /** Key: (job, slot, holder). */
    closeSlot: (held, counts, isBroken) => closeSlot(db, held, counts, isBroken),
  };
}

/** A page shows signs of life while a set takes long, and stops before the next set once its slot is lost or it is cancelled. */
async function runWithPulse(
  { db, log, inTurn }: Pick<JobResources, 'db' | 'log'> & { readonly inTurn: TakeTurn },
  held: HeldSlot,
  page: Page,
  phase: JobPhase,
) {
  const context = Context.current();
  let isHeld = await touchSlot(db, held);
  let progress = readProgress(context.info.heartbeatDetails);
  const ports: PagePorts = {
    resumed: progress,
    attempt: context.info.attempt,
    inTurn,
    told(now) {
      progress = now;
      context.heartbeat(now);
    },
    mayGoOn() {
      context.cancellationSignal.throwIfAborted();
      if (!isHeld) throw defect('SlotLost', held.slot);
    },
    async failed(orgId, error) {
      const { job, slot } = held;
      const told = { job, slot, phase: phase.name, orgId, code: failureCode(error), frames: framesOf(error) };
      log.error(told, 'a job failed for an org');
      await recordFailure(db, held, orgId, error);
    },
  };
  const pulse = setInterval(() => {
    context.heartbeat(progress);
    // Away for a while, the database is asked again at the next beat.
    touchSlot(db, held).then(
      (stillHeld) => (isHeld = stillHeld),
      () => undefined,
    );
  }, pulseMs);
  try {
    return await runPage(phase, slotOf(held), page, ports);
  } finally {
    clearInterval(pulse);
  }
}

function phaseOf(jobs: JobResources['jobs'], job: JobName, name: string): JobPhase {
  const phase = jobs[job].find((one) => one.name === name);
  // A run that began under another release; the slot fails and is run anew.
  if (!phase) throw defect('PhaseUnknown', name);
  return phase;
}

function slotOf({ job, slot, isForced }: HeldSlot): SlotAt {
  const at = slotAt(job, slot);
  if (at === undefined) throw defect('SlotInvalid', slot);
  return { slot, at, isForced };
}

function defect(type: string, about: string) {
  return ApplicationFailure.nonRetryable(`${type} ${about}`, type);
}

/** Where it came from; what it says may quote a tenant. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []));
}

function readProgress(details: unknown): PageProgress | undefined {
  if (typeof details !== 'object' || details === null || !('cursor' in details) || !('counts' in details))
    return undefined;
  const { cursor, counts } = details;
  if (typeof cursor !== 'string' || typeof counts !== 'object' || counts === null) return undefined;
  return { cursor, counts: Object.fromEntries(Object.entries(counts).filter(([, n]) => typeof n === 'number')) };
}
