import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';

/**
 * Starts of single events under way at once. A burst that exceeds them gains by sharing a run at once: twenty runs at a time keep two cores
 * busy for 300 ms, eight and a shared one for 110 ms. Without the shared lane more would only queue at the server, and a start that overruns
 * its deadline there costs its event the ten seconds after which the server gives a lost task to another worker.
 */
export const ownStartsMax = 8;
/** What waits for the shared lane; beyond it the sweeper has them. */
export const queueMax = 10_000;
export const sharedRunsMax = 2;
/** So many lingers at most, where runs take long. */
export const lingersMax = 4;
/** A usage request writes up to a thousand rows: in a set as much work as so many events, in the own lane as so many starts. */
export const usageBatchWeight = 100;
export const usageBatchTokens = 4;

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
  /** @param tookMs from its start on */
  sharedEnded(refs: readonly EventRef[], tookMs: number): void;
  /** Lets go of what waits; returns how much. */
  clear(): number;
  capacity(): number;
  readonly queued: number;
  readonly openRuns: number;
}

export function createLanes(settings: LaneSettings): Lanes {
  const isShared = settings.lanes === 'auto';
  const queue = createQueue();
  const inOpenRuns = new Set<string>();
  const tokens = createBucket(settings.ownWorkflowsPerS);
  let openRuns = 0;
  let ownStarts = 0;
  let lingerMs = settings.shareLingerMs;

  const mayOwn = (ref: EventRef, nowMs: number, isSwept: boolean) => {
    if (ownStarts >= ownStartsMax || queue.size > 0) return false;
    return !isShared || (!isSwept && openRuns === 0 && tokens.take(nowMs, isUsage(ref) ? usageBatchTokens : 1));
  };
  const dueAtMs = () => {
    const sinceMs = queue.firstSinceMs();
    if (sinceMs === undefined || (isShared && openRuns >= sharedRunsMax)) return undefined;
    if (!isShared) return ownStarts < ownStartsMax ? -Infinity : undefined;
    return queue.weight >= settings.shareMax ? -Infinity : sinceMs + lingerMs;
  };

  return {
    offer(ref, nowMs, isSwept = false) {
      const name = nameOf(ref);
      if (queue.has(name) || inOpenRuns.has(name)) return 'known';
      if (mayOwn(ref, nowMs, isSwept)) {
        ownStarts += 1;
        return 'own';
      }
      if (queue.size >= queueMax) return 'full';
      queue.add(name, ref, nowMs);
      return 'queued';
    },
    take(nowMs) {
      const due = dueAtMs();
      if (due === undefined || due > nowMs) return undefined;
      const refs = queue.take(isShared ? settings.shareMax : 1);
      if (isShared) openRuns += 1;
      else ownStarts += 1;
      if (isShared) for (const ref of refs) inOpenRuns.add(nameOf(ref));
      return refs;
    },
    dueAtMs,
    ownStarted() {
      ownStarts -= 1;
    },
    sharedEnded(refs, tookMs) {
      openRuns -= 1;
      lingerMs = lingerAfter(tookMs, settings);
      for (const ref of refs) inOpenRuns.delete(nameOf(ref));
    },
    clear: () => queue.clear(),
    capacity: () => queueMax - queue.size,
    get queued() {
      return queue.size;
    },
    get openRuns() {
      return openRuns;
    },
  };
}

/** A run takes long where the machine is busy: fewer and larger sets cost it less, and what comes in meanwhile is answered sooner. */
function lingerAfter(runMs: number, { shareLingerMs }: LaneSettings): number {
  return Math.max(shareLingerMs, Math.min(runMs, lingersMax * shareLingerMs));
}

/** In order of arrival, each once. */
function createQueue() {
  const waiting = new Map<string, { readonly ref: EventRef; readonly sinceMs: number }>();
  let weight = 0;
  return {
    has: (name: string) => waiting.has(name),
    add(name: string, ref: EventRef, sinceMs: number) {
      waiting.set(name, { ref, sinceMs });
      weight += weightOf(ref);
    },
    /** As many as weigh no more than `weightMax`, and at least one. */
    take(weightMax: number): EventRef[] {
      const refs: EventRef[] = [];
      let taken = 0;
      for (const [name, { ref }] of waiting) {
        taken += weightOf(ref);
        if (refs.length > 0 && taken > weightMax) break;
        refs.push(ref);
        waiting.delete(name);
        weight -= weightOf(ref);
      }
      return refs;
    },
    clear(): number {
      const { size } = waiting;
      waiting.clear();
      weight = 0;
      return size;
    },
    firstSinceMs(): number | undefined {
      const [first] = waiting.values();
      return first?.sinceMs;
    },
    get size() {
      return waiting.size;
    },
    get weight() {
      return weight;
    },
  };
}

function createBucket(perS: number) {
  let tokens = perS;
  let filledAtMs = -Infinity;
  return {
    take(nowMs: number, cost: number): boolean {
      tokens = Math.min(perS, tokens + ((nowMs - filledAtMs) / 1_000) * perS);
      filledAtMs = nowMs;
      if (tokens < Math.min(cost, perS)) return false;
      tokens -= cost;
      return true;
    },
  };
}

function weightOf(ref: EventRef): number {
  return isUsage(ref) ? usageBatchWeight : 1;
}

function isUsage(ref: EventRef): boolean {
  return ref.type === usageBatchType;
}

function nameOf({ tenantId, eventId }: EventRef): string {
  return `${tenantId}/${eventId}`;
}
