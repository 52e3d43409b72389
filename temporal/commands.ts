import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type pg from 'pg';
import type { EventRef } from '#domain/ids';
import type { Started } from './driver.ts';
import { startEvent, startOwn, type EventStarter } from './event-starts.ts';
import { eventWorkflowId } from './ids.ts';

const verbTimeoutMs = 5_000;
const describeTimeoutMs = 1_000;

/** Who gives a command, and why. */
export type Order = { readonly reason: string } & (
  | { readonly actorType: 'staff' | 'operator' | 'system'; readonly actor: string }
  /** A member of staff at the portal, whom the database finds out. */
  | { readonly sessionId: string }
);

export type CommandRefusal =
  | 'unknown_event'
  | 'already_applied'
  | 'still_running'
  | 'nothing_to_repeat'
  | 'changed_meanwhile';

export type CommandResult =
  | { readonly ok: true; readonly workflowId: string }
  | { readonly ok: false; readonly refusal: CommandRefusal };

interface EventState {
  readonly type: string;
  readonly isPending: boolean;
  readonly redeliveries: number;
  readonly status: 'applied' | 'rejected' | undefined;
  /** Of the run that decided it. */
  readonly decidedBy: string | null;
}

type RunState = 'missing' | 'running' | 'completed' | 'failed';

/** A verb that is committed; `start` begins what it asks for, and is made up for where it is lost. */
export type OrderedVerb =
  | { readonly ok: true; readonly workflowId: string; readonly start: () => Promise<Started> }
  | { readonly ok: false; readonly refusal: CommandRefusal };

type Queryable = pg.Pool | pg.ClientBase;
type EventName = Pick<EventRef, 'tenantId' | 'eventId'>;

/**
 * Judges an event again: a rejected one after a correction, or one that still waits although its run is completed.
 * The audit entry and the way back into the queue are committed before Temporal is called; a lost start is made up for by the sweeper.
 */
export async function redeliver(
  starter: EventStarter,
  db: pg.Pool,
  event: EventName,
  order: Order,
): Promise<CommandResult> {
  const state = await readState(db, event);
  if (!state) return refuse('unknown_event');
  if (!state.isPending && state.status !== 'rejected') return refuse('already_applied');
  if (state.isPending) {
    const run = await readRun(starter.client, eventWorkflowId(event, state.redeliveries));
    if (run !== 'completed') return refuse(run === 'running' ? 'still_running' : 'nothing_to_repeat');
  }
  const ordered = await orderRedelivery(starter, db, event, state, order);
  if (ordered.ok) await ordered.start().catch(() => undefined);
  return told(ordered);
}

/** Runs an event again whose newest run failed or was stopped, under the same workflow id: after a fix was deployed. */
export async function retry(
  starter: EventStarter,
  db: pg.Pool,
  event: EventName,
  order: Order,
): Promise<CommandResult> {
  const state = await readState(db, event);
  if (!state) return refuse('unknown_event');
  if (!state.isPending) return refuse('already_applied');
  const run = await readRun(starter.client, eventWorkflowId(event, state.redeliveries));
  if (run === 'running') return refuse('still_running');
  if (run === 'completed') return refuse('nothing_to_repeat');
  const ordered = await orderRetry(starter, db, event, state, order);
  if (!ordered.ok) return ordered;
  return (await ordered.start()) === 'already' ? refuse('changed_meanwhile') : told(ordered);
}

/**
 * Whichever of the two an event takes, as it stands. `db` may be a transaction: the verb is committed with it, and what is returned is started
 * after that.
 */
export async function orderReplay(
  starter: EventStarter,
  db: Queryable,
  event: EventName,
  order: Order,
): Promise<OrderedVerb> {
  const state = await readState(db, event);
  if (!state) return refuse('unknown_event');
  if (!state.isPending && state.status !== 'rejected') return refuse('already_applied');
  if (!state.isPending) return orderRedelivery(starter, db, event, state, order);
  const run = await readRun(starter.client, eventWorkflowId(event, state.redeliveries));
  if (run === 'running') return refuse('still_running');
  return (run === 'completed' ? orderRedelivery : orderRetry)(starter, db, event, state, order);
}

/** The same for one event, at once. */
export async function replay(
  starter: EventStarter,
  db: pg.Pool,
  event: EventName,
  order: Order,
): Promise<CommandResult> {
  const ordered = await orderReplay(starter, db, event, order);
  if (ordered.ok) await ordered.start().catch(() => undefined);
  return told(ordered);
}

interface Redelivered {
  readonly number: number | null;
}

async function orderRedelivery(
  starter: EventStarter,
  db: Queryable,
  event: EventName,
  { type, isPending, redeliveries }: EventState,
  order: Order,
): Promise<OrderedVerb> {
  const told = [event.tenantId, event.eventId, isPending ? redeliveries : null];
  const { rows } = await ('sessionId' in order
    ? db.query<Redelivered>('select redeliver_event_as_staff($1, $2, $3, $4, $5) as number', [
        order.sessionId,
        ...told,
        order.reason,
      ])
    : db.query<Redelivered>('select redeliver_event($1, $2, $3, $4, $5, $6) as number', [
        ...told,
        order.actorType,
        order.actor,
        order.reason,
      ]));
  const number = rows[0]?.number;
  if (!number) return refuse('changed_meanwhile');
  const start = () => startEvent(starter, { ...event, type }, number);
  return { ok: true, workflowId: eventWorkflowId(event, number), start };
}

async function orderRetry(
  starter: EventStarter,
  db: Queryable,
  event: EventName,
  { type, redeliveries }: EventState,
  order: Order,
): Promise<OrderedVerb> {
  const workflowId = eventWorkflowId(event, redeliveries);
  await record(db, event, 'retried', order, workflowId);
  const start = () => startOwn(starter, { ...event, type }, redeliveries, 'ALLOW_DUPLICATE_FAILED_ONLY');
  return { ok: true, workflowId, start };
}

function told(ordered: OrderedVerb): CommandResult {
  return ordered.ok ? { ok: true, workflowId: ordered.workflowId } : ordered;
}

/** Takes a run back to its first workflow task, and its code from there on. What it did is found by its keys and not done again. */
export async function reset(
  client: Client,
  db: pg.Pool,
  event: EventName,
  run: { readonly workflowId: string; readonly runId: string },
  order: Order,
): Promise<string> {
  const namespace = client.options.namespace;
  await record(db, event, 'reset', order, run.workflowId, run.runId);
  return client.withDeadline(Date.now() + verbTimeoutMs, async () => {
    const { history } = await client.workflowService.getWorkflowExecutionHistory({ namespace, execution: run });
    const task = history?.events?.find(
      ({
        workflowTaskCompletedEventAttributes,
        workflowTaskFailedEventAttributes,
        workflowTaskTimedOutEventAttributes,
      }) =>
        workflowTaskCompletedEventAttributes ??
        workflowTaskFailedEventAttributes ??
        workflowTaskTimedOutEventAttributes,
    );
    if (!task?.eventId) throw new Error('the run has no workflow task to go back to');
    const { runId } = await client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: run,
      workflowTaskFinishEventId: task.eventId,
      // Who and why stand in the audit trail: what staff write does not enter Temporal.
      reason: 'see the audit trail',
      requestId: randomUUID(),
    });
    return runId;
  });
}

/** The workflow id of the newest run that has to do with an event; undefined where there is no such event. */
export async function workflowOf(db: pg.Pool, event: EventName): Promise<string | undefined> {
  const state = await readState(db, event);
  return state && ((state.isPending ? undefined : state.decidedBy) ?? eventWorkflowId(event, state.redeliveries));
}

/** How the run stands that Temporal knows by this id. */
export async function readRun(client: Client, workflowId: string): Promise<RunState> {
  try {
    const { status } = await client.withDeadline(Date.now() + describeTimeoutMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    if (status.name === 'COMPLETED') return 'completed';
    const isOver = ['FAILED', 'TIMED_OUT', 'TERMINATED', 'CANCELLED'].includes(status.name);
    return isOver ? 'failed' : 'running';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'missing';
    throw error;
  }
}

async function readState(db: Queryable, { tenantId, eventId }: EventName) {
  const { rows } = await db.query<EventState>(
    `select type, is_pending as "isPending", coalesce(redeliveries, 0)::integer as redeliveries, status,
      workflow_id as "decidedBy" from event_state($1, $2)`,
    [tenantId, eventId],
  );
  return rows[0];
}

async function record(
  db: Queryable,
  { tenantId, eventId }: EventName,
  verb: string,
  order: Order,
  workflowId: string,
  runId?: string,
) {
  const told = [order.reason, workflowId, runId];
  await ('sessionId' in order
    ? db.query('select record_event_command_as_staff($1, $2, $3, $4, $5, $6, $7)', [
        order.sessionId,
        tenantId,
        eventId,
        verb,
        ...told,
      ])
    : db.query('select record_event_command($1, $2, $3, $4, $5, $6, $7, $8)', [
        tenantId,
        eventId,
        verb,
        order.actorType,
        order.actor,
        ...told,
      ]));
}

function refuse(refusal: CommandRefusal): { readonly ok: false; readonly refusal: CommandRefusal } {
  return { ok: false, refusal };
}
