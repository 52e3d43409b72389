import type { Period } from '#domain/billing/periods';
import type { BilledStream } from '#domain/billing/streams';
import type { Decimal } from '#domain/decimal';

/** What a source row comes to: a lead, a period or change of a subscription, a purchase, a refund. */
export interface SourceCharge {
  readonly orgId: string;
  /** All that is charged for one subscription, lead or purchase has one source; what is booked under it and no longer charged goes back. */
  readonly source: string;
  readonly sourceKey: string;
  readonly stream: BilledStream;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly period: Period;
  readonly description: string;
  readonly quantity: Decimal;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A source that was read: all its charges are among those given. */
export interface SourceRead {
  readonly orgId: string;
  readonly source: string;
}

/** What an instant's charge pays for. */
export function instantPeriod(at: number): Period {
  return { start: at, end: at + 1 };
}
