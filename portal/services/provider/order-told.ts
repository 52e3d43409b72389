import type { z } from 'zod';
import type { OrderOutcome } from '../../actions/order-outcome.ts';

/** What staff say with every order: why, and the id that makes a form sent twice one order. */
export interface Told {
  readonly reason: string;
  readonly id: string;
}

/** An order whose result was read. */
export type Outcome<T> =
  | Exclude<OrderOutcome, { readonly outcome: 'done' }>
  | { readonly outcome: 'done'; readonly result: T };

export function readOutcome<T>(outcome: OrderOutcome, result: z.ZodType<T>): Outcome<T> {
  return outcome.outcome === 'done' ? { outcome: 'done', result: result.parse(outcome.result) } : outcome;
}
