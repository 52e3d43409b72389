import { graceEndOf, type Period } from '#domain/billing/periods';
import type { EpochMs } from '#domain/instants';
import type { OrgTerms } from '../billing/load-terms.ts';
import { meteringCalendar, type MeteringCalendar } from './metering-calendar.ts';
import type { Mark } from './take-marks.ts';

/** AI credits that no grant covers are rated like usage of this meter. Nobody may report usage of it. */
export const overageMeter = 'ai.overage';

/** Periods looked back over when an org's terms are new: what a plan holds before that is not billed of itself. */
export const periodsBackMax = 240;

/** An org with something to do. */
export interface Agenda {
  readonly terms: OrgTerms;
  readonly marks: readonly Mark[];
  /** From when on time alone may have made something due; undefined where it has not. */
  readonly dueFrom: EpochMs | undefined;
  /** The slot, or what was reached before it: an older slot that runs late takes nothing back. */
  readonly asOf: EpochMs;
  readonly calendar: MeteringCalendar;
}

/** An instant of a meter's period that is to be rated. */
export interface Point {
  readonly meter: string;
  readonly at: EpochMs;
  /** Rows were reported of the meter whose name is reserved: nothing prices them. */
  readonly isMisnamed?: boolean;
}

/** @param isForced as if nothing had been rated by time before */
export function agendaOf(
  terms: OrgTerms,
  marks: readonly Mark[],
  slotAt: EpochMs,
  isForced: boolean,
): Agenda | undefined {
  const { nextRatingAt } = terms;
  const isDue = isForced || (nextRatingAt !== undefined && nextRatingAt <= slotAt);
  if (!isDue && marks.length === 0) return undefined;
  const dueFrom = isForced ? -Infinity : nextRatingAt;
  // All that time made due before the next instant is done.
  const asOf = Math.max(slotAt, (nextRatingAt ?? -Infinity) - 1);
  return { terms, marks, dueFrom: isDue ? dueFrom : undefined, asOf, calendar: meteringCalendar(terms) };
}

/** The periods that rows came for, those that began or are to be closed, and those that had no price before and have one now. */
export function pointsOf(agenda: Agenda): Point[] {
  return [...pointsOfMarks(agenda), ...pointsOfTime(agenda)];
}

function pointsOfMarks({ marks, calendar, terms, asOf }: Agenda): Point[] {
  return marks.flatMap(({ stream, meter, firstAt, lastAt }) => {
    if (stream === 'usage' && meter !== undefined) {
      const points = pointsBetween(meter, firstAt, lastAt, calendar);
      return meter === overageMeter ? points.map((point) => ({ ...point, isMisnamed: true })) : points;
    }
    // A use or a grant changes what later uses burn.
    return stream === 'ai' ? overagePoints(terms, firstAt, Math.max(lastAt, asOf), calendar) : [];
  });
}

function overagePoints(terms: OrgTerms, firstAt: EpochMs, lastAt: EpochMs, calendar: MeteringCalendar): Point[] {
  const points: Point[] = [];
  let period = calendar(lastAt);
  for (let n = 0; n < periodsBackMax && period.end > firstAt; n++, period = calendar(period.start - 1)) {
    if (terms.priceAt(overageMeter, period.start) !== undefined) points.push({ meter: overageMeter, at: period.start });
  }
  return points;
}

/** Both ends of each period, since one that was rated under another anchor day may cover a part of it. */
function pointsBetween(meter: string, firstAt: EpochMs, lastAt: EpochMs, calendar: MeteringCalendar): Point[] {
  const points: Point[] = [];
  for (let period = calendar(firstAt); ; period = calendar(period.end)) {
    points.push({ meter, at: Math.max(period.start, firstAt) }, { meter, at: Math.min(period.end - 1, lastAt) });
    if (period.end > lastAt) return points;
  }
}

/** A fee is due in every period in which the plan holds the meter, rows or none, and so is the commitment when the period closes. */
function pointsOfTime({ terms, dueFrom, asOf, calendar }: Agenda): Point[] {
  if (dueFrom === undefined) return [];
  const points: Point[] = [];
  let period = calendar(asOf);
  for (let n = 0; n < periodsBackMax; n++, period = calendar(period.start - 1)) {
    const meters = terms.metersAt(period.start);
    if (isBefore(terms, period, dueFrom)) break;
    const isNew = [period.start, graceEndOf(period, terms.graceHours)].some((at) => dueFrom <= at && at <= asOf);
    if (!isNew) continue;
    for (const meter of meters) points.push({ meter, at: period.start }, { meter, at: period.end - 1 });
  }
  return points;
}

function isBefore({ billedFrom, graceHours }: OrgTerms, period: Period, dueFrom: EpochMs): boolean {
  return graceEndOf(period, graceHours) < dueFrom || period.end <= billedFrom;
}
