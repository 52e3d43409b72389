import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import type { EventOutcome } from '#domain/outcomes';
import { noBacklog, readBacklog, type Backlog } from './backlog.ts';
import { createBreaker } from './breaker.ts';
import { startEvent, startEvents } from './commands.ts';
import { createDriver, type Driver, type DriverCounts, type DriverPorts } from './driver.ts';
import type { EngineEnv } from './env.ts';
import { describeError } from './failure.ts';
import { createBootId, sharedWorkflowId } from './ids.ts';
import { createLink, type Link } from './link.ts';
import { installRuntime } from './runtime.ts';
import { createSweeper, type SweeperCounts } from './sweeper.ts';
import { createWaiters, type Decision } from './waiters.ts';
import { createEventWorker, type ApplyPools } from './worker.ts';

/** What a process needs to have committed events applied. Nothing of it waits for Temporal. */
export interface EventEngine {
  /** After the commit. Never throws, never blocks, bounded; what it loses the sweeper finds. */
  drive(ref: EventRef): void;
  /** Undefined when the deadline came first, or too many wait already. */
  waitForDecision(ref: EventRef, deadline: EpochMs): Promise<Decision | undefined>;
  /** True while so much waits that nothing more should be accepted. */
  isBacklogFull(): boolean;
  status(): EngineStatus;
  /** The SDK's metrics, as Prometheus reads them. */
  sdkMetrics(): Promise<string>;
  close(): Promise<void>;
}

export interface EngineStatus extends DriverCounts, SweeperCounts {
  readonly connected: boolean;
  readonly embeddedWorker: 'running' | 'stopped' | 'off';
  readonly breaker: 'closed' | 'open';
  readonly queued: number;
  readonly openRuns: number;
  readonly waiting: number;
  readonly backlog: Backlog;
  readonly sweepFailures: number;
}

export interface EngineOptions {
  readonly env: EngineEnv;
  /** `gateway` claims and reads; `apply` and `applyPatiently` are the worker's, and count for nothing without one. */
  readonly db: ApplyPools & { readonly gateway: pg.Pool };
  readonly log: Logger;
}

/** With the five seconds that a row waits before it counts as missed, it is found within ten. */
const sweepEveryMs = { least: 4_000, most: 4_800 };
/** A shared run that takes longer no longer counts as open, so that one slow set does not hold all others. */
const sharedRunPatienceMs = 10_000;
const sdkMetricsTimeoutMs = 2_000;

/** Returns at once and connects in the background. */
export function createEventEngine({ env, db, log }: EngineOptions): EventEngine {
  const breaker = createBreaker();
  const waiters = createWaiters((refs) => readDecided(db.gateway, refs));
  const runtime = installRuntime(log);
  const link = createLink({
    env,
    log,
    ready: runtime,
    createWorker:
      env.worker === 'off'
        ? undefined
        : (connection) =>
            createEventWorker(connection, env, { ...db, log, onDecided: (outcomes) => waiters.settle(outcomes) }),
  });
  const isReachable = () => link.starter() !== undefined && !breaker.isOpen(performance.now());
  const driver = createDriver(env, driverPorts(link, breaker, isReachable));
  const rounds = startRounds({ env, db, log, link, breaker, driver });
  let closed: Promise<void> | undefined;
  return {
    drive: (ref) => driver.drive(ref),
    waitForDecision: (ref, deadline) => waiters.wait(ref, deadline),
    isBacklogFull: () => rounds.backlog().old > env.backlogMax,
    status: () => ({
      connected: isReachable(),
      embeddedWorker: env.worker === 'off' ? 'off' : link.isWorkerRunning() ? 'running' : 'stopped',
      breaker: breaker.isOpen(performance.now()) ? 'open' : 'closed',
      waiting: waiters.waiting,
      ...driver.counts(),
      ...rounds.counts(),
      backlog: rounds.backlog(),
    }),
    async sdkMetrics() {
      const answer = await fetch((await runtime).metricsUrl, { signal: AbortSignal.timeout(sdkMetricsTimeoutMs) });
      return answer.text();
    },
    close() {
      closed ??= close();
      return closed;
    },
  };

  async function close() {
    waiters.close();
    await rounds.close();
    await driver.close();
    await link.close();
  }
}

function driverPorts(link: Link, breaker: ReturnType<typeof createBreaker>, mayStart: () => boolean): DriverPorts {
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

interface RoundsOptions extends EngineOptions {
  readonly link: Link;
  readonly breaker: ReturnType<typeof createBreaker>;
  readonly driver: Driver;
}

/** Every few seconds: how much waits, does the server answer, and what was missed. */
function startRounds({ env, db, log, link, breaker, driver }: RoundsOptions) {
  const sweeper = createSweeper({ claims: db.gateway, verbs: db.applyPatiently }, driver);
  let backlog = noBacklog;
  let sweepFailures = 0;
  let startFailuresSeen = 0;
  let isServerDoubtful = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function round() {
    backlog = await readBacklog(db.gateway, 2 * env.backlogMax);
    const starter = link.starter();
    if (!starter) return;
    // Rows are claimed only when the server answers: each claim doubles their wait.
    isServerDoubtful ||= driver.counts().startFailures > startFailuresSeen;
    startFailuresSeen = driver.counts().startFailures;
    try {
      await link.checkUp(isServerDoubtful);
      isServerDoubtful = false;
      breaker.succeeded();
    } catch (error) {
      isServerDoubtful = true;
      breaker.failed(performance.now());
      throw error;
    }
    await sweeper.sweep(starter);
  }

  async function go() {
    await round().catch((error: unknown) => {
      sweepFailures += 1;
      log.warn({ ...describeError(error), says: error instanceof Error ? error.name : '' }, 'sweep failed');
    });
    if (!isClosed)
      timer = setTimeout(
        () => void next(),
        sweepEveryMs.least + Math.random() * (sweepEveryMs.most - sweepEveryMs.least),
      );
  }

  let going = go();
  const next = () => {
    going = go();
    return going;
  };
  return {
    backlog: () => backlog,
    counts: () => ({ ...sweeper.counts(), sweepFailures }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await going;
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
