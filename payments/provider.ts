import type { Dispute } from '#domain/billing/disputes';
import type { ChargeOutcome } from '#domain/billing/payments';
import type { EpochMs } from '#domain/instants';

export const providerNames = ['sandbox', 'stripe'] as const;
export type ProviderName = (typeof providerNames)[number];

/** What a charge is for. It goes to the provider with the charge, and comes back with it. */
export interface ChargedFor {
  readonly orgId: string;
  readonly invoiceId: string;
}

export interface ChargeOrder extends ChargedFor {
  /** Stored before the first call; the same for every call about this attempt. */
  readonly key: string;
  /** The provider's own name of the payment method: no card number comes near us. */
  readonly token: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** A charge as the provider has it. */
export interface ProviderCharge {
  readonly ref: string;
  /** The key of our attempt; undefined for money that was paid without one, such as by hand. */
  readonly key: string | undefined;
  /** Undefined for what was not charged for an invoice of ours. */
  readonly chargedFor: ChargedFor | undefined;
  /** What was taken, which may be less than what was asked for. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly outcome: ChargeOutcome;
  readonly chargedAt: EpochMs;
  readonly refundedMinor: bigint;
  readonly isDisputed: boolean;
}

/** A charge that its payer takes back through the bank, as the provider has it. */
export interface ProviderDispute extends Dispute {
  readonly ref: string;
  readonly chargeRef: string;
  /** Undefined for what was not charged for an invoice of ours. */
  readonly chargedFor: ChargedFor | undefined;
  readonly currency: string;
  /** What it costs us beside its amount, in whatever currency the provider pays us; 0 where nothing is told. */
  readonly feeMinor: bigint;
  readonly feeCurrency: string | undefined;
  readonly openedAt: EpochMs;
}

/**
 * The answer to a charge. `busy` is definite: nothing was or will be charged by this call, and the same key may be sent again.
 * Whatever else went wrong, a timeout, a reset, any exception, is an outcome that is not known.
 */
export type ChargeAnswer =
  | { readonly status: 'known'; readonly charge: ProviderCharge }
  | { readonly status: 'refused'; readonly decline: 'soft' | 'hard'; readonly code: string }
  | { readonly status: 'busy'; readonly retryAfterMs: number; readonly code: string }
  | { readonly status: 'unknown'; readonly code: string };

/** Which attempt's charge is looked for. */
export interface LookUp extends ChargedFor {
  readonly key: string;
  /** When it was sent first, by our clock. */
  readonly sentAt: EpochMs;
}

export interface RefundOrder extends ChargedFor {
  readonly key: string;
  readonly chargeRef: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

export interface MadeRefund {
  readonly ref: string;
  /** One that succeeded may fail after all, for weeks: its money is ours again. */
  readonly status: 'succeeded' | 'failed' | 'pending';
  /** Why it failed. */
  readonly code: string | undefined;
}

/** What went back of a charge, whoever sent it, as the provider has it. */
export interface ProviderRefund extends MadeRefund {
  /** Of our refund; undefined for one that was made at the provider itself. */
  readonly key: string | undefined;
  readonly chargeRef: string;
  /** Undefined for what was not charged for an invoice of ours. */
  readonly chargedFor: ChargedFor | undefined;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly madeAt: EpochMs;
}

export type RefundAnswer =
  | { readonly status: 'known'; readonly refund: MadeRefund }
  | { readonly status: 'refused' | 'busy' | 'unknown'; readonly code: string };

/** Of one charge, or all that were made or opened since, however old their charge is. */
export type OfChargeOrSince = { readonly chargeRef: string } | { readonly since: EpochMs };

/**
 * A payment provider. No method throws for what a provider may answer to a charge or a refund; looking up and listing throw, since
 * an answer that did not come says nothing about a charge.
 */
export interface PaymentProvider {
  readonly name: ProviderName;
  charge(order: ChargeOrder): Promise<ChargeAnswer>;
  /**
   * The charges of the attempt's invoice, whatever became of them: the attempt's own, or, where the provider says that it has none, all that
   * it has.
   */
  chargesOf(wanted: LookUp): Promise<readonly ProviderCharge[]>;
  read(ref: string): Promise<ProviderCharge | undefined>;
  refund(order: RefundOrder): Promise<RefundAnswer>;
  /** All charges made since, in pages, whatever became of them. */
  chargesSince(since: EpochMs): AsyncIterable<readonly ProviderCharge[]>;
  /** In pages. */
  refunds(of: OfChargeOrSince): AsyncIterable<readonly ProviderRefund[]>;
  disputes(of: OfChargeOrSince): AsyncIterable<ProviderDispute>;
}

/** Providers by name. A method of payment belongs to one of them. */
export type Providers = ReadonlyMap<string, PaymentProvider>;
