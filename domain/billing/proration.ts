import type { EpochMs } from '../instants.ts';
import { dayNumberOf } from '../local-dates.ts';
import { divideRounded } from '../money.ts';
import type { Period } from './periods.ts';
import { localDateOf, type Zone } from './zones.ts';

/** An amount that was really booked, a charge or a credit, and the time that it pays for. */
export interface Booking {
  readonly amountMinor: bigint;
  readonly period: Period;
}

/**
 * What goes back when terms change: of all that was booked, the part for the days left, summed up exactly and rounded once.
 * The day of the change belongs to the new terms. Below 0 where money goes back.
 */
export function creditForDaysLeft(booked: readonly Booking[], zone: Zone, changedAt: EpochMs): bigint {
  let over = 0n;
  let under = 1n;
  for (const { amountMinor, period } of booked) {
    const days = BigInt(daysOf(period, zone));
    over = over * days + amountMinor * BigInt(daysLeftOf(period, zone, changedAt)) * under;
    under *= days;
  }
  return -divideRounded(over, under);
}

/** What the new price costs for the days left of the period, rounded once. */
export function chargeForDaysLeft(priceMinor: bigint, period: Period, zone: Zone, changedAt: EpochMs): bigint {
  return divideRounded(priceMinor * BigInt(daysLeftOf(period, zone, changedAt)), BigInt(daysOf(period, zone)));
}

/** Calendar days of a period in the org's zone. */
export function daysOf({ start, end }: Period, zone: Zone): number {
  return dayIn(end - 1, zone) - dayIn(start, zone) + 1;
}

/** Calendar days from the day of a change to the end of the period, that day included. */
export function daysLeftOf(period: Period, zone: Zone, changedAt: EpochMs): number {
  if (changedAt >= period.end) return 0;
  return daysOf({ start: Math.max(changedAt, period.start), end: period.end }, zone);
}

function dayIn(at: EpochMs, zone: Zone): number {
  return dayNumberOf(localDateOf(at, zone));
}
