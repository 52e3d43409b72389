import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import type { EventOutcome } from '#domain/outcomes';

export type Decision = 'applied' | 'rejected';

/** Requests that wait for the verdict on their event: told by the worker of this process, else by one poller for all of them. */
export interface Waiters {
  wait(ref: EventRef, deadline: EpochMs): Promise<Decision | undefined>;
  settle(outcomes: readonly EventOutcome[]): void;
  readonly waiting: number;
  /** Everybody hears that nothing is known yet. */
  close(): void;
}

export const waitersMax = 256;
const pollMs = 50;

type Settle = (decision: Decision | undefined) => void;

/** @param readDecided of these events the decided ones */
export function createWaiters(readDecided: (refs: readonly EventRef[]) => Promise<EventOutcome[]>): Waiters {
  const waiting = new Map<Settle, EventRef>();
  let isPolling = false;
  let isClosed = false;

  async function poll() {
    isPolling = true;
    while (waiting.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      // A database that does not answer is the deadline's concern.
      if (waiting.size > 0) await readDecided([...waiting.values()]).then(settle, () => undefined);
    }
    isPolling = false;
  }

  function settle(outcomes: readonly EventOutcome[]) {
    if (waiting.size === 0) return;
    const decided = new Map(outcomes.map((outcome) => [nameOf(outcome), outcome.outcome]));
    for (const [tell, ref] of waiting) {
      const outcome = decided.get(nameOf(ref));
      if (outcome === 'applied' || outcome === 'rejected') tell(outcome);
    }
  }

  return {
    wait(ref, deadline) {
      const remainingMs = deadline - Date.now();
      if (isClosed || remainingMs <= 0 || waiting.size >= waitersMax) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const tell: Settle = (decision) => {
          clearTimeout(timer);
          waiting.delete(tell);
          resolve(decision);
        };
        const timer = setTimeout(tell, remainingMs, undefined);
        waiting.set(tell, ref);
        if (!isPolling) void poll();
      });
    },
    settle,
    get waiting() {
      return waiting.size;
    },
    close() {
      isClosed = true;
      for (const tell of waiting.keys()) tell(undefined);
    },
  };
}

function nameOf({ tenantId, eventId }: { readonly tenantId: string; readonly eventId: string }): string {
  return `${tenantId}/${eventId}`;
}
