import type pg from 'pg';
import { isRefusal, refusal, refusals, type Refusal } from '#domain/billing/refusals';
import { mayOrder } from '#domain/billing/order-rights';
import { isStaffCommandKind, type StaffCommandKind } from '#domain/billing/staff-commands';
import { inTenants, keyedPlans } from '#prisma/pool';
import { lockOrgs } from '../billing/lock-orgs.ts';
import type { Reach } from '../collection/resources.ts';
import { lockEntities } from '../load-events.ts';
import { msOf } from '../instant-text.ts';
import { acts, entitiesOf } from './acts.ts';
import type { CommandName, Done, Settles, StaffCommand } from './command.ts';

export interface CommandOutcome {
  readonly status: 'done' | 'refused' | 'unknown';
  /** Something waits for a provider. */
  readonly mustSettle: boolean;
}

/**
 * Does what staff ordered, once, in one transaction with its rows, its ledger entries, its audit entry and its result. A refusal is a result too,
 * and changes nothing else. Key: the command's row, locked first, which leaves `pending` once.
 */
export function executeStaffCommand(
  db: pg.Pool,
  name: CommandName,
  reach: Reach = { channels: [] },
): Promise<CommandOutcome> {
  return inTenants(
    db,
    [name.orgId],
    async (client) => {
      const stored = await lockCommand(client, name);
      if (!stored) return { status: 'unknown', mustSettle: false };
      if (stored.status !== 'pending') return { status: stored.status, mustSettle: hasSettles(stored.result) };
      await lockEntities(client, entitiesOf(name.orgId, stored.body));
      await lockOrgs(client, [name.orgId]);
      const outcome = await attempt(client, stored, reach);
      await close(client, stored, outcome);
      if (isRefusal(outcome)) return { status: 'refused', mustSettle: false };
      return { status: 'done', mustSettle: (outcome.settles ?? []).length > 0 };
    },
    keyedPlans,
  );
}

interface CommandRow {
  org_id: string;
  id: string;
  kind: string;
  body: unknown;
  actor_type: string;
  actor: string;
  reason: string;
  status: 'pending' | 'done' | 'refused';
  result: unknown;
  at_ms: number;
  now_ms: number;
}

async function lockCommand(client: pg.ClientBase, { orgId, id }: CommandName): Promise<CommandRow | undefined> {
  const { rows } = await client.query<CommandRow>({
    text: `select org_id, id, kind, body, actor_type, actor, reason, status, result, ${msOf('created_at')} as at_ms,
        ${msOf('clock_timestamp()')} as now_ms
      from staff_command where org_id = $1 and id = $2 for update`,
    values: [orgId, id],
  });
  return rows[0];
}

/** Whatever a refused act may have written is taken back. */
async function attempt(client: pg.ClientBase, row: CommandRow, reach: Reach): Promise<Done | Refusal> {
  const { kind, body } = row;
  if (!isStaffCommandKind(kind)) return refusal('malformed');
  const refused = row.actor_type === 'staff' ? await refusedOrderer(client, row, kind) : undefined;
  if (refused) return refused;
  const command: StaffCommand = {
    ...reach,
    orgId: row.org_id,
    id: row.id,
    kind,
    reason: row.reason,
    at: row.at_ms,
    doneAt: Math.max(row.at_ms, row.now_ms),
    actor: { actorType: row.actor_type === 'system' ? 'system' : 'staff', actor: row.actor },
  };
  await client.query('savepoint act');
  const outcome = await acts[kind](client, command, body);
  if (isRefusal(outcome)) await client.query('rollback to savepoint act');
  return outcome;
}

/** Staff may be disabled or lose a role while their order waits. They stay as they are until the transaction ends. */
async function refusedOrderer(
  client: pg.ClientBase,
  { org_id, id, body }: CommandRow,
  kind: StaffCommandKind,
): Promise<Refusal | undefined> {
  const { rows } = await client.query<{ roles: string[] | null }>('select roles_of_orderer($1, $2) as roles', [
    org_id,
    id,
  ]);
  const roles = rows[0]?.roles;
  if (!roles) return refusal('orderer_gone');
  return mayOrder(roles, kind, body) ? undefined : refusal('orderer_without_right');
}

async function close(client: pg.ClientBase, row: CommandRow, outcome: Done | Refusal) {
  const isRefused = isRefusal(outcome);
  const result = isRefused
    ? { refused: outcome.refused, because: refusals[outcome.refused] }
    : { ...outcome.result, ...(outcome.settles && { settles: outcome.settles }) };
  await client.query({
    text: 'update staff_command set status = $3, result = $4, done_at = clock_timestamp() where org_id = $1 and id = $2',
    values: [row.org_id, row.id, isRefused ? 'refused' : 'done', JSON.stringify(result)],
  });
  const entry = {
    org_id: row.org_id,
    actor_type: row.actor_type,
    actor: row.actor,
    action: `command.${row.kind}`,
    subject: `command/${row.id}`,
    outcome: isRefused ? 'rejected' : 'ok',
    detail: { reason: row.reason, ...result },
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}

function hasSettles(result: unknown): boolean {
  return readSettles(result).length > 0;
}

/** What of a stored result waits for a provider. */
export function readSettles(result: unknown): Settles[] {
  if (typeof result !== 'object' || result === null || !('settles' in result) || !Array.isArray(result.settles))
    return [];
  const listed: unknown[] = result.settles;
  return listed.flatMap((one) => {
    if (typeof one !== 'object' || one === null || !('what' in one) || !('invoiceId' in one) || !('ref' in one))
      return [];
    const { what, invoiceId, ref } = one;
    return (what === 'payment' || what === 'refund') && typeof invoiceId === 'string' && typeof ref === 'string'
      ? [{ what, invoiceId, ref }]
      : [];
  });
}
