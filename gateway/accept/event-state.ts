import type pg from 'pg';

/** How an event stands, as the wire tells it. */
export interface EventState {
  readonly type: string;
  readonly status: 'accepted' | 'applied' | 'rejected';
  readonly receivedAt: string;
  readonly appliedAt?: string;
  readonly rejection?: string;
  readonly workflowId: string;
}

interface StateRow {
  readonly type: string;
  readonly received_at: Date;
  readonly is_pending: boolean;
  readonly redeliveries: number | null;
  readonly status: 'applied' | 'rejected' | null;
  readonly decided_at: Date | null;
  readonly rejection: string | null;
  readonly workflow_id: string | null;
}

/** The state of a tenant's own event; undefined when that tenant has none of this id. */
export async function readEventState(db: pg.Pool, tenantId: string, eventId: string): Promise<EventState | undefined> {
  const { rows } = await db.query<StateRow>({
    name: 'event-state',
    text: 'select * from event_state($1, $2)',
    values: [tenantId, eventId],
  });
  const [row] = rows;
  return row && stateOf(row, `event:${tenantId}:${eventId}`);
}

/** What waits for a verdict is accepted, also when it had one before: it is being delivered again. */
function stateOf(row: StateRow, ownWorkflowId: string): EventState {
  const common = { type: row.type, receivedAt: row.received_at.toISOString() };
  if (row.is_pending || row.status === null) {
    const runs = row.redeliveries ? `:r${row.redeliveries}` : '';
    return { ...common, status: 'accepted', workflowId: `${ownWorkflowId}${runs}` };
  }
  return {
    ...common,
    status: row.status,
    ...(row.status === 'applied' && row.decided_at && { appliedAt: row.decided_at.toISOString() }),
    ...(row.status === 'rejected' && { rejection: row.rejection ?? 'rejected' }),
    workflowId: row.workflow_id ?? ownWorkflowId,
  };
}
