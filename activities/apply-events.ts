import type pg from 'pg';
import { isLockWait, isTransient, isUniqueRace } from '#domain/database-errors';
import type { EventRef } from '#domain/ids';
import type { EventOutcome, VerdictGiven } from '#domain/outcomes';
import { inTenants, keyedPlans } from '#prisma/pool';
import { settleReported } from './book-reported.ts';
import { decideSet, writeEffects } from './effects.ts';
import { lockPending } from './load-events.ts';
import { writeVerdicts } from './write-verdicts.ts';

/**
 * Applies accepted events to the books, each once, whatever is retried: what has a verdict is left alone and its verdict returned.
 * One event that fails by a defect throws; in a set it is isolated and the rest is applied. Trouble with the database always throws.
 * Key: the event's row in the queue, locked first and deleted in the same transaction.
 * @param onVerdicts told after each commit what it decided
 * @param isPatient there is time to find out what of a set others hold, and to apply the rest before that is thrown
 */
export async function applyEvents(
  db: pg.Pool,
  refs: readonly EventRef[],
  workflowId: string,
  onVerdicts: (given: readonly VerdictGiven[]) => void = () => undefined,
  isPatient = false,
): Promise<EventOutcome[]> {
  const [only] = refs;
  const isAlone = refs.length === 1 && only;
  const settings = isAlone ? keyedPlans : setSettings;
  const run = { db, workflowId, onVerdicts, settings, waitsLeft: isPatient ? waitsMax : 0 };
  if (!isAlone) return applyHalving(run, refs);
  try {
    return await applySet(run, refs);
  } catch (error) {
    if (!isWorthRepeating(error)) await isolate(db, only);
    throw error;
  }
}

interface Run {
  readonly db: pg.Pool;
  readonly workflowId: string;
  readonly onVerdicts: (given: readonly VerdictGiven[]) => void;
  readonly settings: Readonly<Record<string, string>>;
  /** How many parts of the set may yet be found to be held. */
  waitsLeft: number;
}

/** One of 500 is found by nine. Together with the sets beside them they fit into the attempt. */
const waitsMax = 10;
/** What others hold of a set keeps the rest of it no longer. */
const setSettings = { ...keyedPlans, lock_timeout: '1s' };

async function applyHalving(run: Run, refs: readonly EventRef[]): Promise<EventOutcome[]> {
  try {
    return await applySet(run, refs);
  } catch (error) {
    const [only, other] = refs;
    if (isLockWait(error) && other && run.waitsLeft-- > 0) return applyHalves(run, refs);
    if (isWorthRepeating(error)) throw error;
    return only && !other ? isolate(run.db, only) : applyHalves(run, refs);
  }
}

/** @throws when both were tried, what others hold of either */
async function applyHalves(run: Run, refs: readonly EventRef[]): Promise<EventOutcome[]> {
  const middle = refs.length >> 1;
  const left = await applyHalving(run, refs.slice(0, middle)).catch(onlyLockWait);
  const right = await applyHalving(run, refs.slice(middle));
  if (left instanceof Error) throw left;
  return [...left, ...right];
}

function onlyLockWait(error: unknown): Error {
  if (error instanceof Error && isLockWait(error)) return error;
  throw error;
}

async function applySet(
  { db, workflowId, onVerdicts, settings }: Run,
  refs: readonly EventRef[],
): Promise<EventOutcome[]> {
  const tenants = [...new Set(refs.map((ref) => ref.tenantId))];
  const { outcomes, given } = await inTenants(
    db,
    tenants,
    async (client) => {
      const pending = await lockPending(client, refs);
      const decisions = await decideSet(client, pending);
      if (decisions.verdicts.length > 0) {
        await writeEffects(client, decisions);
        await writeVerdicts(client, decisions.verdicts, workflowId);
        // After the verdicts, whose audit entries have locked the heads of all orgs in their order.
        await settleReported(client, decisions, workflowId);
      }
      const outcomes = new Map(
        decisions.verdicts.map(({ stored, verdict }) => [nameOf(stored.orgId, stored.eventId), verdict.status]),
      );
      const missing = refs.filter((ref) => !outcomes.has(nameOf(ref.tenantId, ref.eventId)));
      for (const [name, status] of await decidedBefore(client, missing)) outcomes.set(name, status);
      return { outcomes, given: decisions.verdicts };
    },
    settings,
  );
  onVerdicts(
    given.map(({ stored, verdict }) => ({ verdict, firstOfReceipt: stored.decided ? undefined : stored.receivedAt })),
  );
  return refs.map(({ tenantId, eventId }) => ({
    tenantId,
    eventId,
    outcome: outcomes.get(nameOf(tenantId, eventId)) ?? 'unknown',
  }));
}

async function decidedBefore(client: pg.ClientBase, refs: readonly EventRef[]) {
  if (refs.length === 0) return [];
  const { rows } = await client.query<{ org_id: string; event_id: string; status: 'applied' | 'rejected' }>({
    name: 'decided-before',
    text: `select v.org_id, v.event_id, v.status from unnest($1::text[], $2::text[]) as wanted(org_id, event_id)
      join event_verdict v on v.org_id = wanted.org_id and v.event_id = wanted.event_id`,
    values: [refs.map((ref) => ref.tenantId), refs.map((ref) => ref.eventId)],
  });
  return rows.map((row) => [nameOf(row.org_id, row.event_id), row.status] as const);
}

async function isolate(db: pg.Pool, { tenantId, eventId }: EventRef): Promise<EventOutcome[]> {
  await inTenants(db, [tenantId], (client) =>
    client.query({
      text: 'update event_pending set isolated_at = clock_timestamp(), sweep_after = clock_timestamp() where org_id = $1 and event_id = $2 and isolated_at is null',
      values: [tenantId, eventId],
    }),
  );
  return [{ tenantId, eventId, outcome: 'isolated' }];
}

function isWorthRepeating(error: unknown): boolean {
  return isTransient(error) || isUniqueRace(error);
}

function nameOf(tenantId: string, eventId: string): string {
  return `${tenantId}/${eventId}`;
}
