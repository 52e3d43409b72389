import 'server-only';
import type pg from 'pg';
import { inTenants } from '#prisma/pool';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ai } from '../../messages/en-ai.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';
import { log } from '../../server/log.ts';
import { aiAlertsSource } from './ai-alerts.service.ts';
import type { AiAlert } from './ai-alerts.service.ts';
import { aiAlertsList } from './ai-list.ts';
import { readPicked } from './picked-rows.ts';

interface AlertsOrder {
  readonly picked: Picked;
  readonly act: 'acknowledge' | 'mute';
  readonly reason: string;
  readonly id: string;
}

/** Rows that one transaction changes at most. */
const batchMax = 200;

/** Acknowledges alerts, or mutes their organisations. Sent again it skips what is so already. */
export async function handleAiAlerts(staff: Staff, { picked, ...order }: AlertsOrder): Promise<BulkResult> {
  assertCan(staff, 'ai', 'limits');
  const { pool } = database();
  const rows = await readPicked(pool, aiAlertsList, aiAlertsSource, picked);
  const items: BulkItem[] = [];
  for (let at = 0; at < rows.length; at += batchMax)
    items.push(...(await handleBatch(pool, staff, order, rows.slice(at, at + batchMax))));
  return { items };
}

async function handleBatch(
  pool: pg.Pool,
  staff: Staff,
  order: Omit<AlertsOrder, 'picked'>,
  rows: readonly AiAlert[],
): Promise<readonly BulkItem[]> {
  const running = rows.filter(({ isRunning }) => isRunning);
  const item = (row: AiAlert, became: BulkItem['became'], note: string): BulkItem => ({
    id: row.key.id,
    label: ai.alertName(row.org.name, row.level, row.month.slice(0, 7)),
    became,
    note,
  });
  try {
    const done = running.length === 0 ? new Set() : await write(pool, staff, order, running);
    return rows.map((row) => {
      if (!row.isRunning) return item(row, 'skipped', ai.actions.monthOver);
      if (done.has(nameOf(order.act, row.org.id, row.level))) return item(row, 'done', '');
      return item(row, 'skipped', order.act === 'mute' ? ai.actions.mutedAlready : ai.actions.acknowledgedAlready);
    });
  } catch (error) {
    log.error({ error: String(error) }, 'alerts not handled');
    return rows.map((row) => item(row, 'failed', messages.actions.refusals.failed));
  }
}

/** With their entries in the audit, in one transaction. Tells what was changed. */
async function write(
  pool: pg.Pool,
  staff: Staff,
  { act, reason, id }: Omit<AlertsOrder, 'picked'>,
  rows: readonly AiAlert[],
): Promise<ReadonlySet<unknown>> {
  const orgIds = [...new Set(rows.map(({ org }) => org.id))].toSorted();
  return inTenants(pool, orgIds, async (client) => {
    const { rows: changed } = await client.query<{ org_id: string; month: string; level: number | null }>(
      act === 'mute' ? muteSql : acknowledgeSql,
      act === 'mute'
        ? [orgIds, rows[0]?.month, staff.email]
        : [rows.map(({ org }) => org.id), rows.map(({ level }) => level), rows[0]?.month, staff.email],
    );
    const entries = changed.map(({ org_id, month, level }) => ({
      org_id,
      actor_type: 'staff',
      actor: staff.email,
      action: act === 'mute' ? 'ai.muted' : 'ai.acknowledged',
      subject: `ai/${month}`,
      detail: { ...(level !== null && { level }), reason, bulk: id },
    }));
    if (entries.length > 0) await client.query('select append_audit($1)', [JSON.stringify(entries)]);
    return new Set(changed.map(({ org_id, level }) => nameOf(act, org_id, level)));
  });
}

/** An organisation is muted as a whole. */
function nameOf(act: AlertsOrder['act'], orgId: string, level: number | null) {
  return act === 'mute' ? orgId : `${orgId} ${level}`;
}

const acknowledgeSql = `update ai_alert a set acknowledged_at = clock_timestamp(), acknowledged_by = $4
  from unnest($1::text[], $2::int[]) p (org_id, level)
  where a.org_id = p.org_id and a.level = p.level and a.month = $3 and a.acknowledged_at is null
  returning a.org_id, a.month::text, a.level`;

const muteSql = `insert into ai_mute (org_id, month, muted_by, muted_at) select o, $2::date, $3, clock_timestamp() from unnest($1::text[]) o
  on conflict do nothing returning org_id, month::text, null as level`;
