/** What became of an order within the time that a member waits for it. */
export type OrderOutcome =
  | { readonly outcome: 'done'; readonly result: unknown }
  | { readonly outcome: 'refused'; readonly code: string; readonly because: string }
  /** Stored, and done once the engine comes to it. */
  | { readonly outcome: 'pending' };
