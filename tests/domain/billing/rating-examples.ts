import { usageOf, type Aggregation, type UsageEntry } from '#domain/billing/aggregation';
import { defaultGraceHours, isClosedBy } from '#domain/billing/periods';
import type { Price } from '#domain/billing/prices';
import { bookedOf, rate, type UsageLine } from '#domain/billing/rating';
import { decimal } from '#domain/decimal';
import { hourMs } from '#domain/instants';

export const graceHours = defaultGraceHours;
export const period = { start: 0, end: 1_000 * hourMs };
/** The first instant at which the period may be closed, and at which usage is late. */
export const graceEnd = period.end + graceHours * hourMs;

export function row(quantity: string, more: Partial<UsageEntry> = {}): UsageEntry {
  return {
    quantity: decimal(quantity),
    windowStart: 0,
    windowEnd: hourMs,
    receivedAt: hourMs,
    eventId: 'evt_a',
    rowIndex: 0,
    ...more,
  };
}

export const late = (quantity: string, more: Partial<UsageEntry> = {}) =>
  row(quantity, { receivedAt: graceEnd, ...more });

export interface Night {
  readonly slotAt: number;
  /** All the rows that are there by then. */
  readonly rows: readonly UsageEntry[];
}

export const open = (...rows: Night['rows']): Night => ({ slotAt: 24 * hourMs, rows });
export const closing = (...rows: Night['rows']): Night => ({ slotAt: graceEnd, rows });

/** Rates night after night; the lines of each night. */
export function rateNights(price: Price, nights: readonly Night[], aggregation: Aggregation = 'sum'): UsageLine[][] {
  const booked: UsageLine[] = [];
  let wasClosed = false;
  return nights.map(({ slotAt, rows }) => {
    const isClosed = isClosedBy(slotAt, period, graceHours, wasClosed);
    wasClosed = isClosed;
    const usage = usageOf(aggregation, rows, period, graceHours);
    const lines = rate({ meter: 'calls', price, period, isClosed, usage, booked: bookedOf(booked) });
    booked.push(...lines);
    return lines;
  });
}

export function totalOf(lines: readonly UsageLine[]): bigint {
  return lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}
