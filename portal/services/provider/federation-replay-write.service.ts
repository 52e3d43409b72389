import 'server-only';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { dayMs } from '#domain/instants';
import { appendAsStaff } from '#prisma/append-as-staff';
import { inTenants } from '#prisma/pool';
import { replay } from '#temporal/commands';
import { startReplay } from '#temporal/replay-commands';
import type { ReplayStage } from '#temporal/replay-commands';
import { assertCan } from '../../auth/access.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import { replays } from '../../messages/en-replays.ts';
import { database } from '../../server/database.ts';
import { log } from '../../server/log.ts';
import { eventStarter, orderStarter } from '../../server/orders.ts';
import { eventResults } from './deliveries-query.ts';
import type { DeliveriesQuery } from './deliveries-query.ts';
import { branchesOf, someOf, unionOf } from './deliveries-sql.ts';
import { replayedMax } from './federation-replay-list.ts';
import { getReplay } from './federation-replay.service.ts';
import { countRows } from './list-page.ts';

/** A statement's share: each id is looked for in each organisation. */
const idsAtOnce = 1_000;
const replayDaysMax = 7;

/** Chooses what the log's filter has, as the log itself reads it, and has it planned. Returns the run's id. */
export async function chooseByFilter(staff: Staff, query: DeliveriesQuery, params: string): Promise<string> {
  assertCan(staff, 'federation', 'write');
  const window = query.range?.window;
  if (!window || window.to - window.from > replayDaysMax * dayMs) throw new ActionRefused('refused', replays.tooWide);
  if (query.dropped.length > 0) throw new ActionRefused('refused', replays.notUnderstood(query.dropped.join(', ')));
  const { values, bind } = createBinder();
  const results = eventResults.filter((one) => query.results.length === 0 || query.results.includes(one));
  const events = results.length === 0 ? [] : branchesOf({ ...query, results }, window, bind);
  if (events.length === 0) throw new ActionRefused('refused', replays.noEvents);
  const runId = randomUUID();
  const rows = `select r.org_id, r.event_id from (${unionOf(events, bind)}) r limit ${replayedMax + 1}`;
  const lines = await countLines(query, window);
  await choose(staff, { runId, filter: params, lines, unknownIds: [] }, rows, values);
  return runId;
}

/** Chooses events by their ids; those that nobody has are remembered as such. */
export async function chooseByIds(staff: Staff, ids: readonly string[]): Promise<string> {
  assertCan(staff, 'federation', 'write');
  if (ids.length > replayedMax) throw new ActionRefused('refused', replays.tooManyIds);
  const found: EventName[] = [];
  for (let done = 0; done < ids.length; done += idsAtOnce)
    found.push(...(await findEvents(ids.slice(done, done + idsAtOnce))));
  const known = new Set(found.map(({ id }) => id));
  if (known.size === 0) throw new ActionRefused('refused', replays.noEvents);
  const runId = randomUUID();
  const rows = 'select w.org_id, w.event_id from unnest($1::text[], $2::text[]) w(org_id, event_id)';
  const unknownIds = ids.filter((id) => !known.has(id));
  await choose(staff, { runId, filter: undefined, lines: 0, unknownIds }, rows, [
    found.map(({ org_id: org }) => org),
    found.map(({ id }) => id),
  ]);
  return runId;
}

interface EventName {
  readonly org_id: string;
  readonly id: string;
}

async function findEvents(ids: readonly string[]): Promise<EventName[]> {
  const { rows } = await database().pool.query<EventName>(
    'select e.org_id, e.id from org o cross join unnest($1::text[]) w(id) join event e on e.org_id = o.id and e.id = w.id',
    [ids],
  );
  return rows;
}

interface Chosen {
  readonly runId: string;
  readonly filter: string | undefined;
  readonly lines: number;
  readonly unknownIds: readonly string[];
}

async function choose(staff: Staff, chosen: Chosen, rows: string, values: readonly unknown[]) {
  const { runId, filter, lines, unknownIds } = chosen;
  await inTenants(database().pool, [providerChain], async (client) => {
    await client.query(
      'insert into replay_run (id, ordered_by, filter, lines_without_event, unknown_ids) values ($1, $2, $3, $4, $5)',
      [runId, staff.email, filter ?? null, lines, unknownIds],
    );
    const { rowCount } = await client.query(
      `insert into replay_item (run_id, org_id, event_id, type, received_at)
       select '${runId}'::uuid, e.org_id, e.id, e.type, e.received_at from (${rows}) w
       join event e on e.org_id = w.org_id and e.id = w.event_id where e.key_id <> 'staff'`,
      [...values],
    );
    if (rowCount === 0) throw new ActionRefused('refused', replays.noEvents);
    if ((rowCount ?? 0) > replayedMax) throw new ActionRefused('refused', replays.tooMany);
    await audit(client, staff, runId, 'replay.chosen', { filter, events: rowCount });
  });
  await begin(runId, 'plan');
}

/** Lines of the log that the filter has and that are no events: what was refused, and repeats. */
async function countLines(query: DeliveriesQuery, window: { readonly from: number; readonly to: number }) {
  const { values, bind } = createBinder();
  const results = (['refused', 'replayed'] as const).filter(
    (one) => query.results.length === 0 || query.results.includes(one),
  );
  if (results.length === 0) return 0;
  const lines = branchesOf({ ...query, results }, window, bind);
  if (lines.length === 0) return 0;
  const text = lines.map((branch) => someOf(branch, replayedMax + 1)).join(' union all ');
  return (await countRows(text, values))?.value ?? 0;
}

export interface ReplayConfirmation {
  readonly runId: string;
  readonly reason: string;
  readonly ratePerS: number;
  /** How many the member saw that it would replay. */
  readonly seen: number;
}

/** Lets a plan run, if it is still the one that the member saw. */
export async function confirmReplay(
  staff: Staff,
  { runId, reason, ratePerS, seen }: ReplayConfirmation,
): Promise<void> {
  assertCan(staff, 'federation', 'write');
  const run = await getReplay(staff, runId);
  if (!run) throw new ActionRefused('refused', replays.gone);
  if ((run.counts.eligible ?? 0) !== seen) throw new ActionRefused('conflict', replays.changed);
  await inTenants(database().pool, [providerChain], async (client) => {
    const { rowCount } = await client.query(
      `update replay_run set status = 'running', reason = $2, rate_per_s = $3, confirmed_at = now(), touched_at = now()
       where id = $1 and status = 'planned'`,
      [runId, reason, ratePerS],
    );
    if (rowCount !== 1) throw new ActionRefused('conflict', replays.changed);
    const detail = { filter: run.filter, counts: run.counts, expected: run.expected, ratePerS, reason };
    await audit(client, staff, runId, 'replay.ordered', detail);
  });
  await begin(runId, 'run');
}

export async function paceReplay(staff: Staff, runId: string, ratePerS: number): Promise<void> {
  assertCan(staff, 'federation', 'write');
  await changeOpen(staff, runId, 'replay.paced', { ratePerS }, 'rate_per_s = $2', [ratePerS]);
}

/** What was ordered already goes on; nothing more is. */
export async function cancelReplay(staff: Staff, runId: string): Promise<void> {
  assertCan(staff, 'federation', 'write');
  await changeOpen(staff, runId, 'replay.cancelled', {}, 'cancel_asked_at = coalesce(cancel_asked_at, now())', []);
  const run = await getReplay(staff, runId);
  // A run that stands still hears of it when it is started again.
  if (run) await begin(runId, run.status === 'planning' ? 'plan' : 'run');
}

/** Starts a run again whose own run is gone. */
export async function resumeReplay(staff: Staff, runId: string): Promise<void> {
  assertCan(staff, 'federation', 'write');
  const run = await getReplay(staff, runId);
  if (run?.status !== 'planning' && run?.status !== 'running') throw new ActionRefused('conflict', replays.changed);
  await inTenants(database().pool, [providerChain], (client) => audit(client, staff, runId, 'replay.resumed', {}));
  await startReplay(orderStarter(), runId, run.status === 'planning' ? 'plan' : 'run');
}

export type ReplayedOne =
  | { readonly ok: true; readonly status: 'applied' | 'rejected' | 'waiting' }
  | { readonly ok: false; readonly refusal: string };

const patienceMs = 5_000;
const lookEveryMs = 200;

/** Judges one event again by the verb that it takes, and waits a little for the verdict. */
export async function replayOne(
  staff: Staff,
  event: { readonly tenantId: string; readonly eventId: string },
  reason: string,
): Promise<ReplayedOne> {
  assertCan(staff, 'federation', 'write');
  const { pool } = database();
  const order = { sessionId: staff.sessionId, reason };
  const result = await replay(eventStarter(), pool, event, order);
  if (!result.ok) return result;
  for (const until = Date.now() + patienceMs; Date.now() < until;) {
    const { rows } = await pool.query<{ is_pending: boolean; status: 'applied' | 'rejected' | null }>(
      'select is_pending, status from event_state($1, $2)',
      [event.tenantId, event.eventId],
    );
    const [state] = rows;
    if (state && !state.is_pending && state.status) return { ok: true, status: state.status };
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return { ok: true, status: 'waiting' };
}

async function changeOpen(
  staff: Staff,
  runId: string,
  action: string,
  detail: object,
  set: string,
  values: readonly unknown[],
) {
  await inTenants(database().pool, [providerChain], async (client) => {
    const { rowCount } = await client.query(
      `update replay_run set ${set} where id = $1 and status in ('planning', 'running')`,
      [runId, ...values],
    );
    if (rowCount !== 1) throw new ActionRefused('conflict', replays.changed);
    await audit(client, staff, runId, action, detail);
  });
}

async function audit(client: pg.ClientBase, staff: Staff, runId: string, action: string, detail: object) {
  await appendAsStaff(client, staff.sessionId, [{ org_id: providerChain, action, subject: `replay/${runId}`, detail }]);
}

/** Stored is ordered: while the engine is away the row waits, and the worker starts it later. */
async function begin(runId: string, stage: ReplayStage) {
  await startReplay(orderStarter(), runId, stage).catch((error: unknown) =>
    log.warn({ replay: runId, error: String(error) }, 'replay not started yet'),
  );
}
