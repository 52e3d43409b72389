import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { checkInvariants } from '#prisma/invariants';

const pollMs = 20;
const patienceMs = 300_000;

/** Waits until nothing accepted is undecided; returns how long that took, in milliseconds. */
export async function untilApplied(db: pg.Pool): Promise<number> {
  const started = performance.now();
  for (;;) {
    const { rows } = await db.query('select 1 from event_pending limit 1');
    const waited = performance.now() - started;
    if (rows.length === 0) return waited;
    if (waited > patienceMs) throw new Error('events are still undecided after five minutes: the run is void');
    await sleep(pollMs);
  }
}

/** Every accepted event of the run is applied, and all invariants hold: a fast wrong answer is no figure. */
export async function expectCorrect(db: pg.Pool, run: string, accepted: number): Promise<void> {
  const { rows } = await db.query<{ applied: number }>(
    "select count(*)::int as applied from event_verdict where org_id like $1 || '-%' and status = 'applied'",
    [run],
  );
  if (rows[0]?.applied !== accepted) throw new Error(`${run}: ${accepted} accepted, ${rows[0]?.applied} applied`);
  const broken = (await checkInvariants(db, { isQuiesced: true })).filter(({ violations }) => violations.length > 0);
  if (broken.length > 0) throw new Error(`${run}: broken: ${JSON.stringify(broken)}`);
}
