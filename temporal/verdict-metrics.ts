import type { EpochMs } from '#domain/instants';
import type { VerdictGiven } from '#domain/outcomes';

/** What the worker of this process decided, and how long events waited for it. */
export interface VerdictMetrics {
  note(given: readonly VerdictGiven[], now: EpochMs): void;
  /** As Prometheus reads it. */
  text(): string;
}

const lagBucketsS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createVerdictMetrics(): VerdictMetrics {
  let applied = 0;
  // Codes come from a table, so there are few.
  const rejected = new Map<string, number>();
  const lag = createHistogram(lagBucketsS);
  return {
    note(given, now) {
      for (const { verdict, firstOfReceipt } of given) {
        if (verdict.status === 'applied') applied += 1;
        else rejected.set(verdict.code, (rejected.get(verdict.code) ?? 0) + 1);
        // Clocks of two machines may differ a little.
        if (firstOfReceipt !== undefined) lag.observe(Math.max(0, now - firstOfReceipt) / 1_000);
      }
    },
    text: () =>
      [
        ...family('events_applied_total', 'counter', 'Verdicts that events are applied'),
        `events_applied_total ${applied}`,
        ...family('events_rejected_total', 'counter', 'Verdicts that events are rejected, by reason'),
        ...[...rejected].map(([code, count]) => `events_rejected_total{reason="${code}"} ${count}`),
        ...family('events_lag_seconds', 'histogram', 'From receipt to the first verdict'),
        ...lag.lines('events_lag_seconds'),
        '',
      ].join('\n'),
  };
}

function createHistogram(bucketsS: readonly number[]) {
  const counts = bucketsS.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    observe(value: number) {
      const bucket = bucketsS.findIndex((bound) => value <= bound);
      if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += value;
      count += 1;
    },
    lines(name: string): string[] {
      let below = 0;
      const buckets = bucketsS.map((bound, index) => `${name}_bucket{le="${bound}"} ${(below += counts[index] ?? 0)}`);
      return [...buckets, `${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`];
    },
  };
}

function family(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
