import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What this process counts. By route and code only: no tenant and no key is ever a label. */
export interface GatewayMetrics {
  answered(route: string, code: string, latencyMs?: number): void;
  took(stage: Stage, ms: number): void;
  count(what: CountedEvent, times?: number): void;
  /** Shows a number that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

const counted = {
  accept_unknown: 'Commits whose outcome stayed unknown, answered 500',
  commit_failures: 'Batches that were not committed at the first attempt',
  settle_failures: 'Idempotency records that could not be kept or given back',
  redis_failures: 'Admissions that Redis did not decide',
  key_lookup_failures: 'Look-ups of keys that the store did not answer',
  attempts_dropped: 'Rows of the delivery log that were dropped',
  breaker_opened: 'Times that a store was given up for a while',
  parser_errors: 'Requests that the HTTP parser refused',
} as const satisfies Record<string, string>;
export type CountedEvent = keyof typeof counted;

/** Where the time of an answer goes: the body's way here, Redis, Postgres. */
export type Stage = 'body' | 'admit' | 'commit';

const latencyBucketsS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
// The runtime's version is nobody's business outside.
const hiddenMetric = 'nodejs_version_info';

export function createMetrics(): GatewayMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.removeSingleMetric(hiddenMetric);
  const registers = [registry];
  const answers = new Counter({
    name: 'gateway_answers_total',
    help: 'Answers by route and code',
    labelNames: ['route', 'code'],
    registers,
  });
  const latency = new Histogram({
    name: 'gateway_answer_seconds',
    help: 'From arrival to answer, by route',
    labelNames: ['route'],
    buckets: latencyBucketsS,
    registers,
  });
  const parts = new Histogram({
    name: 'gateway_stage_seconds',
    help: 'How long a part of an answer took',
    labelNames: ['stage'],
    buckets: latencyBucketsS,
    registers,
  });
  const counters = new Map(
    Object.entries(counted).map(([name, help]) => [
      name,
      new Counter({ name: `gateway_${name}_total`, help, registers }),
    ]),
  );
  const partChildren = { body: parts.labels('body'), admit: parts.labels('admit'), commit: parts.labels('commit') };
  // Looking a child up by its labels costs more than counting.
  const answerChildren = new Map<string, Counter.Internal>();
  const latencyChildren = new Map<string, Histogram.Internal<'route'>>();
  return {
    answered(route, code, latencyMs) {
      memoised(answerChildren, `${route} ${code}`, () => answers.labels(route, code)).inc();
      if (latencyMs === undefined) return;
      memoised(latencyChildren, route, () => latency.labels(route)).observe(latencyMs / 1_000);
    },
    took: (stage, ms) => partChildren[stage].observe(ms / 1_000),
    count: (what, times = 1) => counters.get(what)?.inc(times),
    gauge(name, help, read) {
      new Gauge({
        name: `gateway_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function memoised<T>(children: Map<string, T>, name: string, make: () => T): T {
  const known = children.get(name);
  if (known !== undefined) return known;
  const made = make();
  children.set(name, made);
  return made;
}
