import { dayMs, minuteMs, type EpochMs } from './instants.ts';

/** The work that schedules start. Each brings the books up to date as of a slot. */
export const jobNames = ['nightly-rating', 'dunning', 'monthly-rollup', 'metrics', 'invariants'] as const;
export type JobName = (typeof jobNames)[number];

/** When a job is due, in UTC: one slot in every so many minutes of the day. */
export interface JobCalendar {
  readonly every: 'day' | 'hour' | 'fiveMinutes';
  /** The days of the month that have a slot; without, all. */
  readonly days?: readonly [first: number, last: number];
  /** Minutes after the start of the slot's day or hour. */
  readonly minute: number;
  /** What becomes of slots that nobody ran: each is run, oldest first, or the newest stands for all. */
  readonly missed: 'each' | 'newest';
  /** Runs that found nothing to do leave no entry in the audit trail: there would be nothing but them. */
  readonly isQuiet?: boolean;
}

export const jobCalendars = {
  'nightly-rating': { every: 'day', minute: 2 * 60 + 15, missed: 'each' },
  dunning: { every: 'hour', minute: 5, missed: 'newest' },
  'monthly-rollup': { every: 'day', days: [1, 7], minute: 3 * 60 + 30, missed: 'newest' },
  metrics: { every: 'fiveMinutes', minute: 0, missed: 'newest', isQuiet: true },
  invariants: { every: 'hour', minute: 40, missed: 'newest' },
} as const satisfies Record<JobName, JobCalendar>;

/** How long a slot is, how much of an instant's text names it, and how long after it is due it may take to be done. */
const slotForms = {
  day: { stepMs: dayMs, textLength: 10, patienceMs: 120 * minuteMs },
  hour: { stepMs: 60 * minuteMs, textLength: 13, patienceMs: 60 * minuteMs },
  fiveMinutes: { stepMs: 5 * minuteMs, textLength: 16, patienceMs: 10 * minuteMs },
} as const;
const midnight = '0000-00-00T00:00:00.000Z';

/** Slots of one run at most; what is older is passed over. */
export const slotsPerRunMax = 31;
/** So many slots that nobody ran are covered at most. */
export const coveredMax = 10_000;

/** How the slot of a job stands. `covered`: a newer one did its work. */
export type SlotStatus = 'running' | 'done' | 'partial' | 'failed' | 'covered';
/** How a run ended: `partial` where something failed for some org, `skipped` where there was nothing for it to do. */
export type JobOutcome = 'done' | 'partial' | 'skipped';

export function isJobName(text: string): text is JobName {
  return jobNames.some((name) => name === text);
}

/** The slot that a run is for which was due, or started by hand, at an instant: the newest one due by then. */
export function slotOf(job: JobName, scheduled: EpochMs): string {
  const calendar: JobCalendar = jobCalendars[job];
  const { stepMs: step } = slotForms[calendar.every];
  let at = Math.floor((scheduled - calendar.minute * minuteMs) / step) * step;
  while (!isDue(calendar, at)) at -= step;
  return textOf(calendar, at);
}

/** The first instant after another at which a slot of the job is due. */
export function nextDue(job: JobName, after: EpochMs): EpochMs {
  const calendar: JobCalendar = jobCalendars[job];
  const { stepMs: step } = slotForms[calendar.every];
  let at = Math.floor((after - calendar.minute * minuteMs) / step) * step + step;
  while (!isDue(calendar, at)) at += step;
  return at + calendar.minute * minuteMs;
}

/** Whether the newest good slot is older than it may be: a slot is given its time to run. */
export function isLate(job: JobName, newestGood: string | undefined, now: EpochMs): boolean {
  const { patienceMs } = slotForms[jobCalendars[job].every];
  return newestGood === undefined || newestGood < slotOf(job, now - patienceMs);
}

/** The nominal instant of a slot; undefined where the text names none. A day that the calendar leaves out is taken too. */
export function slotAt(job: JobName, slot: string): EpochMs | undefined {
  const calendar: JobCalendar = jobCalendars[job];
  const start = Date.parse(slot + midnight.slice(slot.length));
  const { stepMs } = slotForms[calendar.every];
  if (Number.isNaN(start) || start % stepMs !== 0 || textOf(calendar, start) !== slot) return undefined;
  return start + calendar.minute * minuteMs;
}

/** Slots of the calendar after one and before another, oldest first; the newest so many of them. */
export function slotsBetween(job: JobName, after: string, before: string, max = coveredMax): string[] {
  const calendar: JobCalendar = jobCalendars[job];
  const { stepMs: step } = slotForms[calendar.every];
  const [from, until] = [startOf(job, after), startOf(job, before)];
  const slots: string[] = [];
  for (let at = until - step; at > from && slots.length < max; at -= step) {
    if (isDue(calendar, at)) slots.push(textOf(calendar, at));
  }
  return slots.toReversed();
}

/** A slot as the table has it, seen by one run. */
export interface KnownSlot {
  readonly slot: string;
  readonly status: SlotStatus;
  /** Another run works on it and has shown a sign of life of late. */
  readonly isHeld: boolean;
  /** This very run has finished it. */
  readonly isMine: boolean;
}

/** `wait`: another run works on an older slot. `skip`: the asked one is done, or `isHeld` by another run. */
export type NotRun = { readonly verdict: 'wait' } | SkippedSlot;

export interface SkippedSlot {
  readonly verdict: 'skip';
  readonly isHeld: boolean;
}

export type SlotPlan =
  | { readonly verdict: 'run'; readonly run: readonly string[]; readonly cover: readonly string[] }
  | NotRun;

/**
 * What a run that is asked for a slot has to do: that slot, and those before it that nobody finished.
 * @param known all slots of the job up to the asked one, in any order
 */
export function planSlots(job: JobName, asked: string, isForced: boolean, known: readonly KnownSlot[]): SlotPlan {
  const bySlot = new Map(known.map((one) => [one.slot, one]));
  const own = bySlot.get(asked);
  if (own && (own.isHeld || own.isMine || (own.status === 'done' && !isForced)))
    return { verdict: 'skip', isHeld: own.isHeld };
  const older = known.map(({ slot }) => slot).filter((slot) => slot < asked);
  if (older.some((slot) => bySlot.get(slot)?.isHeld)) return { verdict: 'wait' };
  const [first] = older.toSorted();
  const due = first === undefined ? [] : [first, ...slotsBetween(job, first, asked)];
  const missed = [...new Set([...due, ...older])].filter((slot) => isUnfinished(bySlot.get(slot))).toSorted();
  const each = jobCalendars[job].missed === 'each' ? slotsPerRunMax - 1 : 0;
  const kept = Math.max(0, missed.length - each);
  return { verdict: 'run', run: [...missed.slice(kept), asked], cover: missed.slice(0, kept) };
}

function isUnfinished(known: KnownSlot | undefined): boolean {
  return known === undefined || known.status === 'running' || known.status === 'failed';
}

function startOf(job: JobName, slot: string): EpochMs {
  const at = slotAt(job, slot);
  if (at === undefined) throw new RangeError(`no slot of ${job}: ${slot}`);
  return at - jobCalendars[job].minute * minuteMs;
}

function isDue({ days }: JobCalendar, start: EpochMs): boolean {
  const day = new Date(start).getUTCDate();
  return days === undefined || (day >= days[0] && day <= days[1]);
}

function textOf({ every }: JobCalendar, start: EpochMs): string {
  return new Date(start).toISOString().slice(0, slotForms[every].textLength);
}
