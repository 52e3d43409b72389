import type { EpochMs } from '../instants.ts';
import { utcMonthOf, utcMonthPeriod } from './periods.ts';
import { ratio, type Ratio } from './ratios.ts';

/** Contacted and qualified by staff, converted by the tenant or by staff; invoiced and paid are those of the invoice that bills the lead. */
export const funnelSteps = ['received', 'contacted', 'qualified', 'converted', 'invoiced', 'paid'] as const;
export type FunnelStep = (typeof funnelSteps)[number];

/** When a lead reached each step, as far as it has an instant. */
export type LeadPath = Readonly<Partial<Record<FunnelStep, EpochMs | undefined>>>;

export interface FunnelRow {
  readonly step: FunnelStep;
  readonly count: number;
  /** Of the leads of the step before; none for the first step and over none. */
  readonly rate: Ratio | undefined;
  /** Since the last step before that a lead has an instant of, over the leads that have one of this. */
  readonly medianMs: number | undefined;
}

/** Over leads received in UTC months that have ended. A lead that reached a later step counts in the earlier ones. */
export function funnelOf(leads: readonly LeadPath[], asOf: EpochMs): FunnelRow[] {
  const closed = leads.filter(
    ({ received }) => received !== undefined && utcMonthPeriod(utcMonthOf(received)).end <= asOf,
  );
  const counts = funnelSteps.map((_, index) => closed.filter((lead) => reached(lead, index)).length);
  return funnelSteps.map((step, index) => {
    const before = funnelSteps[index - 1];
    return {
      step,
      count: counts[index] ?? 0,
      rate: before && ratio(BigInt(counts[index] ?? 0), BigInt(counts[index - 1] ?? 0)),
      medianMs: before && median(closed.flatMap((lead) => timeTo(lead, index))),
    };
  });
}

/** The middle one; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function reached(lead: LeadPath, index: number): boolean {
  return funnelSteps.slice(index).some((step) => lead[step] !== undefined);
}

function timeTo(lead: LeadPath, index: number): number[] {
  const step = funnelSteps[index];
  const done = step && lead[step];
  const begun = funnelSteps.slice(0, index).findLast((earlier) => lead[earlier] !== undefined);
  const from = begun && lead[begun];
  return from === undefined || done === undefined ? [] : [done - from];
}
