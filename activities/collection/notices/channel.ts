/** What an org, or staff for it, is told. It names things and holds no text: each channel words it. */
export interface Notice {
  /** The same for every try: by it a receiver can tell a repeat. */
  readonly key: string;
  readonly kind: 'payment_failed' | 'retries_exhausted' | 'dunning_ended' | 'no_payment_method';
  readonly orgId: string;
  readonly orgName: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string | undefined;
  readonly step: number;
  readonly dueMinor: bigint;
  readonly currency: string;
  /** The org's own address; undefined where it has none. */
  readonly to: string | undefined;
}

/** One way out. It throws when it is known that the notice did not leave. */
export interface NoticeChannel {
  readonly name: string;
  send(notice: Notice): Promise<void>;
}
