import pLimit from 'p-limit';
import type pg from 'pg';
import type { EventRef } from '#domain/ids';
import { eventWorkflowId } from './ids.ts';
import { readRun, redeliver, type Order } from './commands.ts';
import { startEvent, type EventStarter } from './event-starts.ts';

/** Finds what waits past its time and drives it again. Every process has one; a row is claimed by one of them. */
export interface Sweeper {
  /** One look. Returns how many rows it drove or looked at. */
  sweep(starter: EventStarter): Promise<number>;
  counts(): SweeperCounts;
}

export interface SweeperCounts {
  readonly swept: number;
  /** Looks at runs that failed or were stopped: staff decide about them. */
  readonly stuckSeen: number;
}

interface ClaimedEvent {
  readonly ref: EventRef;
  readonly isIsolated: boolean;
  readonly redeliveries: number;
}

export const pageMax = 1_000;
const pagesMax = 20;
/** Of those that are looked up one by one: a slow Temporal must not keep what waits behind them. */
const atOnce = 16;

const bySweeper: Order = { actorType: 'system', actor: 'sweeper', reason: 'its run is completed, yet it waits' };

/**
 * A row goes to the shared lane, whoever else may be driving it: the worker finds what is decided. One that threw has a run of its own,
 * and is looked up by it.
 */
export function createSweeper(
  db: { readonly claims: pg.Pool; readonly verbs: pg.Pool },
  driver: { capacity(): number; driveSwept(ref: EventRef): void },
  stopping: AbortSignal,
): Sweeper {
  const counts = { swept: 0, stuckSeen: 0 };

  async function sweepPage(starter: EventStarter): Promise<number> {
    const page = Math.min(pageMax, driver.capacity());
    if (page === 0) return 0;
    const claimed = await claim(db.claims, page);
    for (const { ref } of claimed.filter((event) => !event.isIsolated)) driver.driveSwept(ref);
    const isolated = claimed.filter(({ isIsolated }) => isIsolated);
    const inTurn = pLimit(atOnce);
    await Promise.all(
      isolated.map((event) =>
        inTurn(async () => {
          if (!stopping.aborted) await lookAfter(starter, event);
        }),
      ),
    );
    counts.swept += claimed.length;
    return claimed.length;
  }

  async function lookAfter(starter: EventStarter, { ref, redeliveries }: ClaimedEvent) {
    switch (await readRun(starter.client, eventWorkflowId(ref, redeliveries))) {
      case 'missing':
        await startEvent(starter, ref, redeliveries);
        return;
      case 'running':
        return;
      case 'completed':
        // As in a database that was restored from before the verdict.
        await redeliver(starter, db.verbs, ref, bySweeper);
        return;
      case 'failed':
        counts.stuckSeen += 1;
    }
  }

  return {
    async sweep(starter) {
      let swept = 0;
      for (let pages = 0; pages < pagesMax && !stopping.aborted; pages += 1) {
        const found = await sweepPage(starter);
        swept += found;
        if (found < pageMax) break;
      }
      return swept;
    },
    counts: () => counts,
  };
}

async function claim(db: pg.Pool, page: number): Promise<ClaimedEvent[]> {
  const { rows } = await db.query<{
    org_id: string;
    event_id: string;
    type: string;
    is_isolated: boolean;
    redeliveries: number;
  }>({
    name: 'claim-stalled',
    text: 'select org_id, event_id, type, is_isolated, redeliveries from claim_stalled_events($1)',
    values: [page],
  });
  return rows.map((row) => ({
    ref: { tenantId: row.org_id, eventId: row.event_id, type: row.type },
    isIsolated: row.is_isolated,
    redeliveries: row.redeliveries,
  }));
}
