import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type pg from 'pg';
import { staffCommandBodies, type StaffCommandKind } from '#domain/billing/staff-commands';
import type { staffCommand } from '#workflows/staff-command';
import { commandWorkflowId } from './ids.ts';
import { tenantAttribute } from './search-attributes.ts';

/** A member of staff by a session that is theirs, which the database looks up; or an operator on the server, by the name they go by. */
export type Orderer = { readonly sessionId: string } | { readonly operator: string };

export interface StaffOrder {
  readonly orgId: string;
  readonly kind: StaffCommandKind;
  /** As its kind's schema has it. */
  readonly body: object;
  readonly by: Orderer;
  readonly reason: string;
  /** A page that is sent again gives the same command: by its own id. */
  readonly id?: string;
}

export interface OrderedCommand {
  readonly orgId: string;
  readonly id: string;
  /** False while the engine is away: the next tick does it. */
  readonly isStarted: boolean;
}

export interface CommandStanding {
  readonly status: 'pending' | 'done' | 'refused';
  readonly result: unknown;
}

const startTimeoutMs = 2_000;
const lookEveryMs = 100;

/**
 * Stores what staff order and starts its run, which knows only its id. Stored is ordered: without an engine the row waits for the next tick.
 * Key: (org, id); an id that is known already stores nothing and starts no second run. `db` is the portal's for staff, the worker's for operators.
 * @throws ZodError for a body that its kind does not have
 */
export async function orderStaffCommand(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  db: pg.Pool,
  order: StaffOrder,
): Promise<OrderedCommand> {
  const { orgId, id = randomUUID(), by, kind, reason } = order;
  const body = JSON.stringify(staffCommandBodies[kind].parse(order.body));
  if ('operator' in by)
    await db.query('select order_as_operator($1, $2, $3, $4, $5, $6)', [orgId, id, kind, body, by.operator, reason]);
  else await orderAsStaff(db, [by.sessionId, orgId, id, kind, body, reason]);
  const isStarted = await start({ client, taskQueue }, { orgId, id, kind }).catch(() => false);
  return { orgId, id, isStarted };
}

async function orderAsStaff(db: pg.Pool, told: readonly string[]): Promise<void> {
  const { rows } = await db.query<{ stored: boolean }>('select order_as_staff($1, $2, $3, $4, $5, $6) as stored', [
    ...told,
  ]);
  if (rows[0]?.stored !== true) throw new Error('the session that orders has ended');
}

/** How a command stands, once it is done or refused, or when that takes too long. */
export async function awaitCommand(
  db: pg.Pool,
  { orgId, id }: Pick<OrderedCommand, 'orgId' | 'id'>,
  patienceMs: number,
): Promise<CommandStanding> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await db.query<CommandStanding>('select status, result from staff_command_state($1, $2)', [
      orgId,
      id,
    ]);
    const [standing] = rows;
    if (!standing) throw new Error('there is no such command');
    if (standing.status !== 'pending' || Date.now() >= until) return standing;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

async function start(
  { client, taskQueue }: { readonly client: Client; readonly taskQueue: string },
  { orgId, id, kind }: Pick<StaffOrder, 'orgId' | 'kind'> & { readonly id: string },
): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start<typeof staffCommand>('staffCommand', {
        taskQueue,
        workflowId: commandWorkflowId(orgId, id),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        args: [{ orgId, id }],
        staticSummary: `${kind.replaceAll('_', ' ')} for ${orgId}, as staff ordered; it may run again`,
        typedSearchAttributes: new TypedSearchAttributes([tenantAttribute(orgId)]),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
    throw error;
  }
}
