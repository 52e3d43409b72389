import { openConnection } from './connection.ts';

export interface LoadResult {
  readonly sent: number;
  readonly accepted: number;
  /** Answers that were no 200, by status. */
  readonly others: Readonly<Record<string, number>>;
  readonly tookMs: number;
  /** From the send, or in an open loop from the intended send, to the answer; sorted. */
  readonly latenciesMs: readonly number[];
}

/** Sends all requests over so many connections, each the next as soon as the one before was answered. */
export async function closedLoop(port: number, requests: readonly Buffer[], connections: number): Promise<LoadResult> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    open.map(async (connection) => {
      for (let request = requests[next++]; request; request = requests[next++]) {
        const sentAt = performance.now();
        const { status } = await connection.exchange(request);
        latenciesMs.push(performance.now() - sentAt);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    }),
  );
  const tookMs = performance.now() - started;
  open.forEach((connection) => connection.close());
  return summarise(statuses, latenciesMs, tookMs);
}

export function summarise(statuses: ReadonlyMap<number, number>, latenciesMs: number[], tookMs: number): LoadResult {
  const others = Object.fromEntries([...statuses].filter(([status]) => status !== 200));
  const sent = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  return { sent, accepted: statuses.get(200) ?? 0, others, tookMs, latenciesMs: latenciesMs.toSorted((a, b) => a - b) };
}
