interface Told {
  /** The same for every try: by it a receiver can tell a repeat. */
  readonly key: string;
  readonly orgId: string;
  readonly orgName: string;
  /** The org's own address; undefined where it has none. */
  readonly to: string | undefined;
}

export interface InvoiceNotice extends Told {
  readonly kind: 'payment_failed' | 'retries_exhausted' | 'dunning_ended' | 'no_payment_method';
  readonly invoiceId: string;
  readonly invoiceNumber: string | undefined;
  readonly step: number;
  readonly dueMinor: bigint;
  readonly currency: string;
}

/** A month's use of AI reached a level, in percent, of what is allowed. */
export interface AllowanceNotice extends Told {
  readonly kind: 'ai_allowance';
  /** `YYYY-MM`. */
  readonly month: string;
  readonly level: number;
  readonly credits: string;
}

/** What an org, or staff for it, is told. It names things and holds no text: each channel words it. */
export type Notice = InvoiceNotice | AllowanceNotice;

/** One way out. It throws when it is known that the notice did not leave. */
export interface NoticeChannel {
  readonly name: string;
  send(notice: Notice): Promise<void>;
}
