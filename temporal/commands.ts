import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SearchAttributePair, WorkflowIdReusePolicy } from '@temporalio/common';
import { TypedSearchAttributes } from '@temporalio/common';
import type pg from 'pg';
import type { EventRef } from '#domain/ids';
import type { handleEvent } from '#workflows/handle-event';
import type { handleEvents } from '#workflows/handle-events';
import type { Started } from './driver.ts';
import { eventWorkflowId, fairnessKey } from './ids.ts';
import { attributesOfSet, eventAttributes } from './search-attributes.ts';

/** What starts runs of events. */
export interface EventStarter {
  readonly client: Client;
  readonly taskQueue: string;
  /** True while a worker of this process shares the client's connection. */
  readonly isEager: () => boolean;
}

const startTimeoutMs = 1_000;
const verbTimeoutMs = 5_000;
const workflowTaskTimeout = '10s';

/** Starts the event's own run. Key: the workflow id; a run that is or was there already is success. */
export function startEvent(starter: EventStarter, ref: EventRef, redelivery = 0): Promise<Started> {
  return startOwn(starter, ref, redelivery, 'REJECT_DUPLICATE');
}

/** Starts one run for many events. Key: none is needed, since the rows know what is decided. */
export async function startEvents(
  starter: EventStarter,
  refs: readonly EventRef[],
  workflowId: string,
): Promise<{ readonly started: Started; readonly ended: (patienceMs: number) => Promise<unknown> }> {
  const { client } = starter;
  const tenants = new Set(refs.map((ref) => ref.tenantId));
  const [tenant] = tenants;
  const handle = await client.withDeadline(Date.now() + startTimeoutMs, () =>
    client.workflow.start<typeof handleEvents>('handleEvents', {
      ...common(starter, tenants.size === 1 && tenant !== undefined ? tenant : workflowId, attributesOfSet(refs)),
      workflowId,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [refs],
      staticSummary: `${refs.length} events of ${tenants.size} tenants`,
    }),
  );
  return {
    started: handle.eagerlyStarted ? 'eager' : 'plain',
    ended: (patienceMs) => client.withDeadline(Date.now() + patienceMs, () => handle.result()),
  };
}

async function startOwn(
  starter: EventStarter,
  ref: EventRef,
  redelivery: number,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
): Promise<Started> {
  const { client } = starter;
  try {
    const handle = await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<typeof handleEvent>('handleEvent', {
        ...common(starter, ref.tenantId, eventAttributes(ref)),
        workflowId: eventWorkflowId(ref, redelivery),
        workflowIdReusePolicy,
        args: [{ tenantId: ref.tenantId, eventId: ref.eventId, type: ref.type }],
        staticSummary: `${ref.type} ${ref.tenantId}`,
      }),
    );
    return handle.eagerlyStarted ? 'eager' : 'plain';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already';
    throw error;
  }
}

function common({ taskQueue, isEager }: EventStarter, share: string, attributes: SearchAttributePair[]) {
  return {
    taskQueue,
    requestEagerStart: isEager(),
    workflowIdConflictPolicy: 'FAIL',
    workflowTaskTimeout,
    priority: { fairnessKey: fairnessKey(share) },
    typedSearchAttributes: new TypedSearchAttributes(attributes),
  } as const;
}

/** Who gives a command, and why. */
export interface Order {
  readonly actorType: 'staff' | 'operator' | 'system';
  readonly actor: string;
  readonly reason: string;
}

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
}

type RunState = 'missing' | 'running' | 'completed' | 'failed';

/**
 * Judges an event again: a rejected one after a correction, or one that still waits although its run is completed.
 * The audit entry and the way back into the queue are committed before Temporal is called; a lost start is made up for by the sweeper.
 */
export async function redeliver(
  starter: EventStarter,
  db: pg.Pool,
  event: Pick<EventRef, 'tenantId' | 'eventId'>,
  order: Order,
): Promise<CommandResult> {
  const state = await readState(db, event);
  if (!state) return refuse('unknown_event');
  if (!state.isPending && state.status !== 'rejected') return refuse('already_applied');
  if (state.isPending) {
    const run = await readRun(starter.client, eventWorkflowId(event, state.redeliveries));
    if (run !== 'completed') return refuse(run === 'running' ? 'still_running' : 'nothing_to_repeat');
  }
  const { rows } = await db.query<{ number: number | null }>(
    'select redeliver_event($1, $2, $3, $4, $5, $6) as number',
    [
      event.tenantId,
      event.eventId,
      state.isPending ? state.redeliveries : null,
      order.actorType,
      order.actor,
      order.reason,
    ],
  );
  const number = rows[0]?.number;
  if (!number) return refuse('changed_meanwhile');
  await startEvent(starter, { ...event, type: state.type }, number).catch(() => undefined);
  return { ok: true, workflowId: eventWorkflowId(event, number) };
}

/** Runs an event again whose newest run failed or was stopped, under the same workflow id: after a fix was deployed. */
export async function retry(
  starter: EventStarter,
  db: pg.Pool,
  event: Pick<EventRef, 'tenantId' | 'eventId'>,
  order: Order,
): Promise<CommandResult> {
  const state = await readState(db, event);
  if (!state) return refuse('unknown_event');
  if (!state.isPending) return refuse('already_applied');
  const workflowId = eventWorkflowId(event, state.redeliveries);
  const run = await readRun(starter.client, workflowId);
  if (run === 'running') return refuse('still_running');
  if (run === 'completed') return refuse('nothing_to_repeat');
  await record(db, event, 'retried', order, workflowId);
  const started = await startOwn(
    starter,
    { ...event, type: state.type },
    state.redeliveries,
    'ALLOW_DUPLICATE_FAILED_ONLY',
  );
  return started === 'already' ? refuse('changed_meanwhile') : { ok: true, workflowId };
}

/** Takes a run back to its first workflow task, and its code from there on. What it did is found by its keys and not done again. */
export async function reset(
  client: Client,
  db: pg.Pool,
  event: Pick<EventRef, 'tenantId' | 'eventId'>,
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

/** How the run stands that Temporal knows by this id. */
export async function readRun(client: Client, workflowId: string): Promise<RunState> {
  try {
    const { status } = await client.withDeadline(Date.now() + startTimeoutMs, () =>
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

async function readState(db: pg.Pool, { tenantId, eventId }: Pick<EventRef, 'tenantId' | 'eventId'>) {
  const { rows } = await db.query<EventState>(
    `select type, is_pending as "isPending", coalesce(redeliveries, 0)::integer as redeliveries, status from event_state($1, $2)`,
    [tenantId, eventId],
  );
  return rows[0];
}

async function record(
  db: pg.Pool,
  { tenantId, eventId }: Pick<EventRef, 'tenantId' | 'eventId'>,
  verb: string,
  { actorType, actor, reason }: Order,
  workflowId: string,
  runId?: string,
) {
  await db.query('select record_event_command($1, $2, $3, $4, $5, $6, $7, $8)', [
    tenantId,
    eventId,
    verb,
    actorType,
    actor,
    reason,
    workflowId,
    runId ?? null,
  ]);
}

function refuse(refusal: CommandRefusal): CommandResult {
  return { ok: false, refusal };
}
