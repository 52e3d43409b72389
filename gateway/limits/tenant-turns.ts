/** One at a time per tenant, for work that holds the event loop. */
export interface TenantTurns {
  /** Runs `work` when it is this one's turn; undefined, without running it, when too many wait already. */
  run<T>(tenantId: string, work: () => Promise<T>): Promise<T | undefined>;
}

const waitingMax = 32;

export function createTenantTurns(): TenantTurns {
  const lines = new Map<string, { waiting: number; last: Promise<unknown> }>();
  return {
    async run(tenantId, work) {
      const line = lines.get(tenantId) ?? { waiting: 0, last: Promise.resolve() };
      if (line.waiting >= waitingMax) return undefined;
      lines.set(tenantId, line);
      line.waiting++;
      const mine = line.last.then(work);
      line.last = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        if (--line.waiting === 0) lines.delete(tenantId);
      }
    },
  };
}
