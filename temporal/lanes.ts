import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';

/**
 * Starts of single events under way at once. Where the shared lane does not take what is too much, more would only queue at the server, and
 * one that overruns its deadline there costs its event the ten seconds after which the server gives a lost task to another worker.
 */
export const ownStartsMax = { auto: 64, own: 16 } as const;
/** What waits for the shared lane; beyond it the sweeper has them. */
export const queueMax = 10_000;
export const sharedRunsMax = 2;
/** A usage request writes up to a thousand rows: as much work as so many events. */
export const usageBatchWeight = 25;

export interface LaneSettings {
  /** `own`: the shared lane is off, and what exceeds the starts under way waits for one of its own. */
  readonly lanes: 'auto' | 'own';
  readonly ownWorkflowsPerS: number;
  readonly shareLingerMs: number;
  readonly shareMax: number;
}

/** Which run each event gets. Pure: time is an argument, and whoever starts runs says when they began and ended. */
export interface Lanes {
  /** `own`: start it now. `known`: it waits here already, or a shared run has it. */
  offer(ref: EventRef, nowMs: number, isSwept?: boolean): 'own' | 'queued' | 'known' | 'full';
  /** What shall start now: a set for a shared run, or single events in the mode `own`. */
  take(nowMs: number): readonly EventRef[] | undefined;
  /** When take() will have something, as far as time alone decides. */
  dueAtMs(): number | undefined;
  ownStarted(): void;
  sharedEnded(refs: readonly EventRef[]): void;
  /** Lets go of what waits; returns how much. */
  clear(): number;
  capacity(): number;
  readonly queued: number;
  readonly openRuns: number;
}

export function createLanes(settings: LaneSettings): Lanes {
  const queue = new Map<string, { readonly ref: EventRef; readonly sinceMs: number }>();
  const inOpenRuns = new Set<string>();
  const tokens = createBucket(settings.ownWorkflowsPerS);
  const setMax = settings.lanes === 'own' ? 1 : settings.shareMax;
  const startsMax = ownStartsMax[settings.lanes];
  let queuedWeight = 0;
  let openRuns = 0;
  let ownStarts = 0;

  const isIdle = () => queue.size === 0 && openRuns === 0;
  const hasFreeRun = () => (settings.lanes === 'own' ? ownStarts < startsMax : openRuns < sharedRunsMax);
  const dueAtMs = () => {
    const [first] = queue.values();
    if (!first || !hasFreeRun()) return undefined;
    const isFull = settings.lanes === 'own' || queuedWeight >= setMax;
    return isFull ? -Infinity : first.sinceMs + settings.shareLingerMs;
  };

  return {
    offer(ref, nowMs, isSwept = false) {
      const name = nameOf(ref);
      if (queue.has(name) || inOpenRuns.has(name)) return 'known';
      const mayOwn = settings.lanes === 'own' ? queue.size === 0 : !isSwept && isIdle();
      if (mayOwn && ownStarts < startsMax && (settings.lanes === 'own' || tokens.take(nowMs))) {
        ownStarts += 1;
        return 'own';
      }
      if (queue.size >= queueMax) return 'full';
      queue.set(name, { ref, sinceMs: nowMs });
      queuedWeight += weightOf(ref);
      return 'queued';
    },
    take(nowMs) {
      const due = dueAtMs();
      if (due === undefined || due > nowMs) return undefined;
      const refs: EventRef[] = [];
      let weight = 0;
      for (const [name, { ref }] of queue) {
        weight += weightOf(ref);
        if (refs.length > 0 && weight > setMax) break;
        refs.push(ref);
        queue.delete(name);
        queuedWeight -= weightOf(ref);
      }
      if (settings.lanes === 'own') {
        ownStarts += 1;
      } else {
        openRuns += 1;
        for (const ref of refs) inOpenRuns.add(nameOf(ref));
      }
      return refs;
    },
    dueAtMs,
    ownStarted() {
      ownStarts -= 1;
    },
    sharedEnded(refs) {
      openRuns -= 1;
      for (const ref of refs) inOpenRuns.delete(nameOf(ref));
    },
    clear() {
      const { size } = queue;
      queue.clear();
      queuedWeight = 0;
      return size;
    },
    capacity: () => queueMax - queue.size,
    get queued() {
      return queue.size;
    },
    get openRuns() {
      return openRuns;
    },
  };
}

function createBucket(perS: number) {
  let tokens = perS;
  let filledAtMs = -Infinity;
  return {
    take(nowMs: number): boolean {
      tokens = Math.min(perS, tokens + ((nowMs - filledAtMs) / 1_000) * perS);
      filledAtMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

function weightOf(ref: EventRef): number {
  return ref.type === usageBatchType ? usageBatchWeight : 1;
}

function nameOf({ tenantId, eventId }: EventRef): string {
  return `${tenantId}/${eventId}`;
}
