import { performance } from 'node:perf_hooks';
import type pg from 'pg';
import type { Logger } from 'pino';
import { noBacklog, readBacklog, type Backlog } from './backlog.ts';
import type { Breaker } from './breaker.ts';
import type { Driver } from './driver.ts';
import { describeError } from './failure.ts';
import type { Link } from './link.ts';
import { createSweeper, type SweeperCounts } from './sweeper.ts';

/** With the five seconds that a row waits before it counts as missed, it is found within ten. */
const everyMs = { least: 4_000, most: 4_800 };

export interface RoundCounts extends SweeperCounts {
  readonly sweepFailures: number;
}

export interface RoundsOptions {
  /** Rows that are looked at to tell the backlog. */
  readonly backlogBound: number;
  readonly db: { readonly gateway: pg.Pool; readonly applyPatiently: pg.Pool };
  readonly log: Logger;
  readonly link: Link;
  readonly breaker: Breaker;
  readonly driver: Driver;
}

/** Every few seconds: how much waits, does the server answer, and what was missed. */
export function startRounds({ backlogBound, db, log, link, breaker, driver }: RoundsOptions) {
  const stopping = new AbortController();
  const sweeper = createSweeper({ claims: db.gateway, verbs: db.applyPatiently }, driver, stopping.signal);
  const check = createCheck(link, breaker, driver);
  let backlog: Backlog = noBacklog;
  let sweepFailures = 0;
  let timer: NodeJS.Timeout | undefined;
  let going = go();

  async function round() {
    backlog = await readBacklog(db.gateway, backlogBound);
    const starter = link.starter();
    if (!starter) return;
    // Rows are claimed only when the server answers: each claim doubles their wait.
    await check();
    await sweeper.sweep(starter);
  }

  async function go() {
    await round().catch((error: unknown) => {
      sweepFailures += 1;
      log.warn({ ...describeError(error), says: String(error) }, 'sweep failed');
    });
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => (going = go()), everyMs.least + Math.random() * (everyMs.most - everyMs.least));
  }

  return {
    backlog: () => backlog,
    counts: (): RoundCounts => ({ ...sweeper.counts(), sweepFailures }),
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await going;
    },
  };
}

/** After trouble of any kind the server may be another one, with nothing of ours in it. */
function createCheck(link: Link, breaker: Breaker, driver: Driver) {
  let isDoubtful = false;
  let failuresSeen = 0;
  return async () => {
    const { startFailures } = driver.counts();
    isDoubtful ||= startFailures > failuresSeen;
    failuresSeen = startFailures;
    try {
      await link.checkUp(isDoubtful);
      isDoubtful = false;
      breaker.succeeded();
    } catch (error) {
      isDoubtful = true;
      breaker.failed(performance.now());
      throw error;
    }
  };
}
