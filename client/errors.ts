/** One thing wrong with a body: where (`data.currency`, `3.quantity`) and what. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export interface FailureFacts {
  /** The HTTP status of the last answer; undefined when none came. */
  readonly status?: number | undefined;
  /** The gateway's code, for example `body_invalid`; undefined when the answer was not the gateway's. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly attempts: number;
  /** The request may have been accepted all the same: send the same bytes again later under the same idempotency key. */
  readonly isOutcomeUnknown: boolean;
  readonly cause?: unknown;
}

/** A request that was refused, or that got no answer within its attempts. */
export class TributaryError extends Error {
  override readonly name = 'TributaryError';
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly issues: readonly Issue[];
  readonly attempts: number;
  readonly isOutcomeUnknown: boolean;

  constructor(message: string, facts: FailureFacts) {
    super(message, { cause: facts.cause });
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
    this.issues = facts.issues ?? [];
    this.attempts = facts.attempts;
    this.isOutcomeUnknown = facts.isOutcomeUnknown;
  }
}
