import type pg from 'pg';
import { inTenants } from '#prisma/pool';
import type { ReplayStep } from './replay-activities.ts';
import { readItems, readReplay, type ReplayResources, type ReplayRun } from './resources.ts';

/** Orders as many events as the run may have in a second. What was ordered before is told what became of it first. */
export async function replayPage({ db, verbs }: ReplayResources, runId: string): Promise<ReplayStep> {
  await settleReplay(db, runId);
  const run = await readReplay(db, runId);
  if (run?.status !== 'running' || run.isCancelAsked) return { isOver: true };
  const refs = await readItems(db, runId, 'eligible', run.ratePerS);
  for (const ref of refs) await replayItem({ db, verbs }, runId, run, ref);
  return { isOver: refs.length === 0 };
}

/** How many of the ordered events still wait for their verdict. */
export async function settleReplay(db: pg.Pool, runId: string): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>('select settle_replay($1) as waiting', [runId]);
  return rows[0]?.waiting ?? 0;
}

/** The item and the event change together, so an event is ordered once, whatever is retried. A lost start is the sweeper's. */
async function replayItem(
  { db, verbs }: ReplayResources,
  runId: string,
  { orderedBy, reason }: ReplayRun,
  { tenantId, eventId }: { readonly tenantId: string; readonly eventId: string },
): Promise<void> {
  const by = { actorType: 'staff', actor: orderedBy, reason: `${reason ?? ''} (replay ${runId})` } as const;
  const ordered = await inTenants(db, [tenantId], async (client) => {
    const held = await client.query(
      "select from replay_item where run_id = $1 and org_id = $2 and event_id = $3 and state = 'eligible' for update",
      [runId, tenantId, eventId],
    );
    if (held.rowCount === 0) return undefined;
    const order = await verbs.order(client, { tenantId, eventId }, by);
    const [state, code, workflowId] = order.ok
      ? ['ordered', null, order.workflowId]
      : [...refusedAs(order.refusal), null];
    await client.query(
      `update replay_item set state = $4, code = $5, workflow_id = $6, ordered_at = case when $4 = 'ordered' then clock_timestamp() end
       where run_id = $1 and org_id = $2 and event_id = $3`,
      [runId, tenantId, eventId, state, code, workflowId],
    );
    return order;
  });
  if (ordered?.ok) await ordered.start().catch(() => undefined);
}

/** A second application is none: the item says so. */
function refusedAs(refusal: string): [state: string, code: string | null] {
  return refusal === 'already_applied' ? ['already_applied', null] : ['skipped', refusal];
}
