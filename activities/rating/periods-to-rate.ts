import { graceEndOf, type Period } from '#domain/billing/periods';
import { hourMs, type EpochMs } from '#domain/instants';
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

/** From the first of its instants to the last a meter's periods are to be rated. */
export interface Span {
  readonly meter: string;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
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

/** Where rows came, and the periods that began or are to be closed. */
export function spansOf(agenda: Agenda): Span[] {
  return [...spansOfMarks(agenda), ...spansOfTime(agenda)];
}

function spansOfMarks({ marks, calendar, terms, asOf }: Agenda): Span[] {
  return marks.flatMap(({ stream, meter, firstAt, lastAt }) => {
    if (stream === 'usage' && meter !== undefined)
      return [{ meter, firstAt, lastAt, isMisnamed: meter === overageMeter }];
    // A use or a grant changes what later uses burn.
    return stream === 'ai' ? overageSpans(terms, firstAt, Math.max(lastAt, asOf), calendar) : [];
  });
}

function overageSpans(terms: OrgTerms, firstAt: EpochMs, lastAt: EpochMs, calendar: MeteringCalendar): Span[] {
  const spans: Span[] = [];
  let period = calendar(lastAt);
  for (let n = 0; n < periodsBackMax && period.end > firstAt; n++, period = calendar(period.start - 1)) {
    if (terms.priceAt(overageMeter, period.start) !== undefined)
      spans.push({ meter: overageMeter, firstAt: period.start, lastAt: period.start });
  }
  return spans;
}

/** A fee is due in every period in which the plan holds the meter, rows or none, and so is the commitment when the period closes. */
function spansOfTime({ terms, dueFrom, asOf, calendar }: Agenda): Span[] {
  if (dueFrom === undefined) return [];
  const isOfCalendar = dueFrom === -Infinity || isInstantOf(calendar, terms, dueFrom);
  const spans: Span[] = [];
  let period = calendar(asOf);
  for (let n = 0; n < periodsBackMax; n++, period = calendar(period.start - 1)) {
    const meters = terms.metersAt(period.start);
    if (isBefore(terms, period, dueFrom)) break;
    const isNew = [period.start, graceEndOf(period, terms.graceHours)].some((at) => dueFrom <= at && at <= asOf);
    // A period that was rated before another anchor day or zone begins and ends beside the calendar.
    if (!isNew && isOfCalendar) continue;
    for (const meter of meters) spans.push({ meter, firstAt: period.start, lastAt: Math.min(period.end - 1, asOf) });
  }
  return spans;
}

function isInstantOf(calendar: MeteringCalendar, { graceHours }: OrgTerms, at: EpochMs): boolean {
  return calendar(at).start === at || graceEndOf(calendar(at - graceHours * hourMs - 1), graceHours) === at;
}

function isBefore({ billedFrom, graceHours }: OrgTerms, period: Period, dueFrom: EpochMs): boolean {
  return graceEndOf(period, graceHours) < dueFrom || period.end <= billedFrom;
}
