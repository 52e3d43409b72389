import type { EpochMs } from '#domain/instants';
import type { EngineStatus } from './engine.ts';
import type { countTransactions } from './worker.ts';

type TransactionCounts = ReturnType<typeof countTransactions>;

type Sample = readonly [name: string, type: 'counter' | 'gauge', help: string, value: number];

/** What an engine is doing, as Prometheus reads it. */
export function engineMetrics(status: EngineStatus & TransactionCounts, now: EpochMs): string {
  return samplesOf(status, now)
    .map(([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`)
    .join('');
}

function samplesOf(status: EngineStatus & TransactionCounts, now: EpochMs): Sample[] {
  const { backlog } = status;
  const oldestAgeS = backlog.oldestAt === undefined ? 0 : Math.max(0, now - backlog.oldestAt) / 1_000;
  return [
    ['engine_connected', 'gauge', 'Temporal is reached and the breaker closed', Number(status.connected)],
    [
      'engine_worker_running',
      'gauge',
      'The event worker of this process runs',
      Number(status.embeddedWorker === 'running'),
    ],
    ['engine_starts_own_total', 'counter', 'Runs of one event started', status.startedOwn],
    ['engine_starts_shared_total', 'counter', 'Shared runs started', status.startedShared],
    ['engine_starts_eager_total', 'counter', 'Starts handed to this process by their answer', status.startedEagerly],
    ['engine_start_failures_total', 'counter', 'Starts that failed', status.startFailures],
    ['engine_left_to_sweeper_total', 'counter', 'Events not driven: engine away or queue full', status.leftToSweeper],
    ['engine_queued', 'gauge', 'Events waiting for the shared lane', status.queued],
    ['engine_open_runs', 'gauge', 'Shared runs open', status.openRuns],
    ['engine_waiting_requests', 'gauge', 'Requests waiting for a verdict', status.waiting],
    ['engine_swept_total', 'counter', 'Events the sweeper found waiting', status.swept],
    ['engine_stuck_seen_total', 'counter', 'Looks at failed or stopped runs of waiting events', status.stuckSeen],
    ['engine_sweep_failures_total', 'counter', 'Sweeps that failed', status.sweepFailures],
    ['engine_backlog_old', 'gauge', 'Accepted events older than 30 s', backlog.old],
    ['engine_backlog_isolated', 'gauge', 'Events that threw and wait for their own run or for staff', backlog.isolated],
    ['engine_backlog_oldest_seconds', 'gauge', 'Age of the oldest accepted event', oldestAgeS],
    ['tx_unknown_outcome_total', 'counter', 'Commits that got no answer and may have happened', status.unknownOutcomes],
    [
      'tx_late_statement_refused_total',
      'counter',
      'Statements refused because they spoke for no tenant of theirs',
      status.lateStatementsRefused,
    ],
  ];
}
