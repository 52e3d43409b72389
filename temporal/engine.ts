import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import type { EventOutcome, VerdictGiven } from '#domain/outcomes';
import type { Backlog } from './backlog.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import { startEvent, startEvents } from './event-starts.ts';
import { createDriver, type DriverCounts, type DriverPorts } from './driver.ts';
import { engineMetrics } from './engine-metrics.ts';
import type { EngineEnv } from './env.ts';
import { createBootId, sharedWorkflowId } from './ids.ts';
import { createLink, type Link } from './link.ts';
import { startRounds, type RoundCounts } from './rounds.ts';
import { installRuntime } from './runtime.ts';
import { createVerdictMetrics } from './verdict-metrics.ts';
import { createWaiters, type Decision } from './waiters.ts';
import { countTransactions, createEventWorker, type ApplyPools } from './worker.ts';

/** What a process needs to have committed events applied. Nothing of it waits for Temporal. */
export interface EventEngine {
  /** After the commit. Never throws, never blocks, bounded; what it loses the sweeper finds. */
  drive(ref: EventRef): void;
  /** Undefined when the deadline came first, or too many wait already. */
  waitForDecision(ref: EventRef, deadline: EpochMs): Promise<Decision | undefined>;
  /** True while so much waits that nothing more should be accepted. */
  isBacklogFull(): boolean;
  status(): EngineStatus;
  /** Ours and the SDK's, as Prometheus reads them. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export interface EngineStatus extends DriverCounts, RoundCounts {
  readonly connected: boolean;
  readonly embeddedWorker: 'running' | 'stopped' | 'off';
  readonly breaker: 'closed' | 'open';
  readonly queued: number;
  readonly openRuns: number;
  readonly waiting: number;
  readonly backlog: Backlog;
}

export interface EngineOptions {
  readonly env: EngineEnv;
  /** `gateway` claims and reads; `apply` and `applyPatiently` are the worker's, and count for nothing without one. */
  readonly db: ApplyPools & { readonly gateway: pg.Pool };
  /** Pools of the same process whose transactions are told with those of `db`. */
  readonly alsoCounted?: readonly pg.Pool[];
  readonly log: Logger;
}

/** A shared run that takes longer no longer counts as open, so that one slow set does not hold all others. */
const sharedRunPatienceMs = 10_000;
const sdkMetricsTimeoutMs = 2_000;

/** Returns at once and connects in the background. */
export function createEventEngine({ env, db, alsoCounted = [], log }: EngineOptions): EventEngine {
  const breaker = createBreaker();
  const verdicts = createVerdictMetrics();
  const waiters = createWaiters((refs) => readDecided(db.gateway, refs));
  const runtime = installRuntime(log);
  const work = {
    ...db,
    log,
    onDecided: (outcomes: readonly EventOutcome[]) => waiters.settle(outcomes),
    onVerdicts: (given: readonly VerdictGiven[]) => verdicts.note(given, Date.now()),
  };
  const link = createLink({
    env,
    log,
    workerName: 'event worker',
    ready: runtime,
    createWorker: env.worker === 'off' ? undefined : (connection) => createEventWorker(connection, env, work),
  });
  const isReachable = () => link.starter() !== undefined && !breaker.isOpen(performance.now());
  const driver = createDriver(env, driverPorts(link, breaker, isReachable));
  const rounds = startRounds({ backlogBound: 2 * env.backlogMax, db, log, link, breaker, driver });
  let closed: Promise<void> | undefined;

  const status = (): EngineStatus => ({
    connected: isReachable(),
    embeddedWorker: env.worker === 'off' ? 'off' : link.isWorkerRunning() ? 'running' : 'stopped',
    breaker: breaker.isOpen(performance.now()) ? 'open' : 'closed',
    waiting: waiters.waiting,
    ...driver.counts(),
    ...rounds.counts(),
    backlog: rounds.backlog(),
  });

  return {
    drive: (ref) => driver.drive(ref),
    waitForDecision: (ref, deadline) => waiters.wait(ref, deadline),
    isBacklogFull: () => rounds.backlog().old > env.backlogMax,
    status,
    async metrics() {
      const { metricsUrl } = await runtime;
      const sdk = fetch(metricsUrl, { signal: AbortSignal.timeout(sdkMetricsTimeoutMs) });
      const transactions = countTransactions([...Object.values(db), ...alsoCounted]);
      const ours = engineMetrics({ ...status(), ...transactions }, Date.now()) + verdicts.text();
      return ours + (await sdk.then((answer) => answer.text()).catch(() => ''));
    },
    close: () => (closed ??= close()),
  };

  async function close() {
    waiters.close();
    await rounds.close();
    await driver.close();
    await link.close();
  }
}

function driverPorts(link: Link, breaker: Breaker, mayStart: () => boolean): DriverPorts {
  const bootId = createBootId();
  let sharedRuns = 0;
  const watched = async <T>(start: Promise<T>): Promise<T> => {
    try {
      const result = await start;
      breaker.succeeded();
      return result;
    } catch (error) {
      breaker.failed(performance.now());
      throw error;
    }
  };
  const starter = () => {
    const found = link.starter();
    if (!found) throw new Error('not connected to Temporal');
    return found;
  };
  return {
    nowMs: () => performance.now(),
    mayStart,
    startOwn: async (ref) => watched(startEvent(starter(), ref)),
    startShared: async (refs) => {
      sharedRuns += 1;
      const { started, ended } = await watched(startEvents(starter(), refs, sharedWorkflowId(bootId, sharedRuns)));
      return { started, ended: ended(sharedRunPatienceMs) };
    },
  };
}

async function readDecided(db: pg.Pool, refs: readonly EventRef[]): Promise<EventOutcome[]> {
  const { rows } = await db.query<{ org_id: string; event_id: string; status: Decision }>({
    name: 'decided-events',
    text: 'select org_id, event_id, status from decided_events($1, $2)',
    values: [refs.map((ref) => ref.tenantId), refs.map((ref) => ref.eventId)],
  });
  return rows.map((row) => ({ tenantId: row.org_id, eventId: row.event_id, outcome: row.status }));
}
