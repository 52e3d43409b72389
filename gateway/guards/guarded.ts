import type { Handler } from '../context.ts';

/** The guards of federation routes, outermost first. */
export type Guard = 'rate-limit' | 'idempotency' | 'hmac' | 'audit-log';

const guardsByHandler = new WeakMap<Handler, readonly Guard[]>();

/** Marks a handler as `inner` inside one more guard, so that a route can prove what it stands behind. */
export function guarded(guard: Guard, inner: Handler, outer: Handler): Handler {
  guardsByHandler.set(outer, [guard, ...guardsOf(inner)]);
  return outer;
}

export function guardsOf(handler: Handler): readonly Guard[] {
  return guardsByHandler.get(handler) ?? [];
}
