import 'server-only';
import type pg from 'pg';
import { minuteMs } from '#domain/instants';
import { readActiveOrgs } from '#prisma/metric-reads';
import type { DaySpan } from '../../lists/buckets.ts';

interface Kept {
  readonly at: number;
  readonly count: Promise<number>;
}

/** Nothing comes to days that are over but what was on its way at midnight, and what retention takes away. */
const keptMs = 5 * minuteMs;
const spansMax = 8;
const keptOf = new WeakMap<pg.Pool, Map<string, Kept>>();

/** The orgs of which any event came in on days that are over. Of all of them it takes a look-up each, so that it is read once in five minutes. */
export async function countActive(
  pool: pg.Pool,
  span: DaySpan,
  orgIds: readonly string[] | undefined,
): Promise<number> {
  if (orgIds) return readActiveOrgs(pool, span, orgIds);
  const kept = keptOf.get(pool) ?? new Map<string, Kept>();
  keptOf.set(pool, kept);
  const name = `${span.from} ${span.until}`;
  const known = kept.get(name);
  if (known && performance.now() - known.at < keptMs) return known.count;
  const count = readActiveOrgs(pool, span);
  kept.delete(name);
  kept.set(name, { at: performance.now(), count });
  for (const oldest of [...kept.keys()].slice(0, -spansMax)) kept.delete(oldest);
  count.catch(() => kept.delete(name));
  return count;
}
