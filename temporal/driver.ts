import type { EventRef } from '#domain/ids';
import { createLanes, type LaneSettings } from './lanes.ts';

/** How a start went. `already`: a run of this id was there, which is as good. */
export type Started = 'eager' | 'plain' | 'already';

export interface DriverPorts {
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** False while the engine is away: what is driven then is left to the sweeper. */
  readonly mayStart: () => boolean;
  readonly startOwn: (ref: EventRef) => Promise<Started>;
  /** Resolves when the run has started; `ended` settles when it is over, or is no longer waited for. */
  readonly startShared: (
    refs: readonly EventRef[],
  ) => Promise<{ readonly started: Started; readonly ended: Promise<unknown> }>;
}

export interface DriverCounts {
  readonly startedOwn: number;
  readonly startedShared: number;
  /** Of both: handed to the worker of this process by the server's answer. */
  readonly startedEagerly: number;
  readonly startFailures: number;
  /** Left to the sweeper: the engine was away or the queue full. */
  readonly leftToSweeper: number;
}

/** Gives every committed event a run. Never throws, never blocks; what it loses the sweeper finds. */
export interface Driver {
  drive(ref: EventRef): void;
  /** Takes what waited too long, always by the shared lane. */
  driveSwept(ref: EventRef): void;
  capacity(): number;
  counts(): DriverCounts & { readonly queued: number; readonly openRuns: number };
  /** Starts nothing more, and waits for the starts under way. */
  close(): Promise<void>;
}

export function createDriver(settings: LaneSettings, ports: DriverPorts): Driver {
  const lanes = createLanes(settings);
  const starts = createStarts(ports);
  let leftToSweeper = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function offer(ref: EventRef, isSwept: boolean) {
    const lane = isClosed || !ports.mayStart() ? 'full' : lanes.offer(ref, ports.nowMs(), isSwept);
    if (lane === 'own') startOwn(ref);
    if (lane === 'queued') pump();
    if (lane === 'full') leftToSweeper += 1;
  }

  function pump() {
    if (isClosed) return;
    if (!ports.mayStart()) leftToSweeper += lanes.clear();
    for (let refs = lanes.take(ports.nowMs()); refs; refs = lanes.take(ports.nowMs())) {
      if (settings.lanes === 'own') refs.forEach(startOwn);
      else startShared(refs);
    }
    const dueAtMs = lanes.dueAtMs();
    if (dueAtMs === undefined || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      pump();
    }, dueAtMs - ports.nowMs());
  }

  function startOwn(ref: EventRef) {
    void starts.own(ref).then((hasStarted) => {
      lanes.ownStarted();
      // It may have started, and its answer may be lost. Sharing a run costs little and does not wait to find out.
      if (!hasStarted && settings.lanes === 'auto') offer(ref, true);
      else pump();
    });
  }

  function startShared(refs: readonly EventRef[]) {
    const startedAtMs = ports.nowMs();
    const end = () => {
      lanes.sharedEnded(refs, ports.nowMs() - startedAtMs);
      pump();
    };
    void starts.shared(refs).then(({ ended }) => ended.then(end, end));
  }

  return {
    drive: (ref) => offer(ref, false),
    driveSwept: (ref) => offer(ref, true),
    capacity: () => lanes.capacity(),
    counts: () => ({ ...starts.counts(), leftToSweeper, queued: lanes.queued, openRuns: lanes.openRuns }),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await starts.settled();
    },
  };
}

/** Starts that never reject, counted. */
function createStarts(ports: DriverPorts) {
  const counts = { startedOwn: 0, startedShared: 0, startedEagerly: 0, startFailures: 0 };
  const underWay = new Set<Promise<unknown>>();

  async function attempt<T>(start: Promise<T>): Promise<T | undefined> {
    underWay.add(start);
    try {
      return await start;
    } catch {
      counts.startFailures += 1;
      return undefined;
    } finally {
      underWay.delete(start);
    }
  }

  return {
    async own(ref: EventRef): Promise<boolean> {
      const started = await attempt(ports.startOwn(ref));
      if (started) counts.startedOwn += 1;
      if (started === 'eager') counts.startedEagerly += 1;
      return started !== undefined;
    },
    async shared(refs: readonly EventRef[]): Promise<{ readonly ended: Promise<unknown> }> {
      const run = await attempt(ports.startShared(refs));
      if (run) counts.startedShared += 1;
      if (run?.started === 'eager') counts.startedEagerly += 1;
      return { ended: run?.ended ?? Promise.resolve() };
    },
    counts: () => counts,
    settled: () => Promise.allSettled(underWay),
  };
}
