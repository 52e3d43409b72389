import 'server-only';
import type pg from 'pg';
import { dayMs } from '#domain/instants';
import { readOfAll } from '#prisma/all-reads';
import type { AllTopic, OfWords, PartOfAll } from '#prisma/all-reads';
import { startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import type { Span } from '../../lists/windows.ts';
import { now } from '../../server/now.ts';

/**
 * Figures of all organisations over a span: its days that are over as they are kept, the running one from its source. Undefined where the span does
 * not begin with a UTC day, which is what is kept.
 */
export async function readOfAllOrgs(
  pool: pg.Pool,
  topic: AllTopic,
  names: readonly OfWords[],
  { from, to }: Span,
): Promise<readonly PartOfAll[] | undefined> {
  if (startOfUtcDay(utcDay(from)) !== from) return undefined;
  const over = Math.max(from, startOfUtcDay(utcDay(Math.min(to, now()))));
  const days = Array.from({ length: Math.ceil((to - over) / dayMs) }, (_, at) => utcDay(over + at * dayMs));
  const cut = days.length > 0 ? { topic, days, until: to } : undefined;
  return readOfAll(pool, names, { from: utcDay(from), until: utcDay(over) }, cut);
}
