import { isTransient, isUniqueRace, isTooSlow } from '#domain/database-errors';
import { byBytes } from './plan-pages.ts';
import type { Page } from './job-activities.ts';
import type { Counts, JobPhase, SlotAt } from './job-phase.ts';
import type { TakeTurn } from './take-turns.ts';

/** So far a page has come. */
export interface PageProgress {
  readonly cursor: string;
  readonly counts: Counts;
}

export interface PagePorts {
  /** What an earlier attempt has told. */
  readonly resumed: PageProgress | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly inTurn: TakeTurn;
  /** After each set. */
  readonly told: (progress: PageProgress) => void;
  /** Throws when the page is to stop: cancelled, or its slot taken over by another run. */
  readonly mayGoOn: () => void;
  /** An id that fails alone. Committed before the page goes on. */
  readonly failed: (orgId: string, error: unknown) => Promise<void>;
}

const racesMax = 2;
/**
 * From this attempt of a page on, also trouble names the id that has it: a provider that is away, a row that is never free. Where the
 * database itself is away its failure cannot be recorded, and the page goes on being repeated.
 */
export const patientAttemptsMax = 5;

/**
 * Does the sets of a page, one after another, and goes on after those that an earlier attempt did.
 * Key: the phase's own; what is done is no longer due.
 */
export async function runPage(phase: JobPhase, slot: SlotAt, page: Page, ports: PagePorts): Promise<Counts> {
  let { cursor, counts } = ports.resumed ?? { cursor: page.after, counts: {} };
  const due = await phase.due(slot, { after: cursor, until: page.until });
  const ids = due.filter((id) => byBytes(id, cursor) > 0 && byBytes(id, page.until) <= 0).toSorted(byBytes);
  let start = 0;
  const nextSet = async (size: number) => {
    ports.mayGoOn();
    const set = ids.slice(start, start + size);
    counts = addCounts(counts, await applyHalving(phase, slot, set, ports));
    start += set.length;
    cursor = set.at(-1) ?? cursor;
    ports.told({ cursor, counts });
  };
  while (start < ids.length) await ports.inTurn(phase, nextSet);
  return counts;
}

export function addCounts(one: Counts, other: Counts): Counts {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

async function applyHalving(phase: JobPhase, slot: SlotAt, ids: readonly string[], ports: PagePorts): Promise<Counts> {
  try {
    return await applyThroughRaces(phase, slot, ids);
  } catch (error) {
    const isToBeHalved = isTooSlow(error) && ids.length > 1;
    if (isTransient(error) && !isToBeHalved && ports.attempt < patientAttemptsMax) throw error;
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      await ports.failed(phase.orgOf?.(only) ?? only, error);
      return { failed: 1 };
    }
    const middle = ids.length >> 1;
    return addCounts(
      await applyHalving(phase, slot, ids.slice(0, middle), ports),
      await applyHalving(phase, slot, ids.slice(middle), ports),
    );
  }
}

async function applyThroughRaces(phase: JobPhase, slot: SlotAt, ids: readonly string[]): Promise<Counts> {
  for (let races = 0; ; races += 1) {
    try {
      return await phase.apply(ids, slot);
    } catch (error) {
      // Who lost reads the winner's row at its next try; a violation that stays is a defect.
      if (!isUniqueRace(error) || races >= racesMax) throw error;
    }
  }
}
