import 'server-only';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { formatMonth } from '../../format/times.ts';
import { ai } from '../../messages/en-ai.ts';
import { messages } from '../../messages/en.ts';
import { database } from '../../server/database.ts';
import { log } from '../../server/log.ts';
import { changeAlerts } from './ai-alert-writes.ts';
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
  const rows = await readPicked(database().pool, aiAlertsList, aiAlertsSource, picked);
  const items: BulkItem[] = [];
  for (let at = 0; at < rows.length; at += batchMax)
    items.push(...(await handleBatch(staff, order, rows.slice(at, at + batchMax))));
  return { items };
}

async function handleBatch(
  staff: Staff,
  order: Omit<AlertsOrder, 'picked'>,
  rows: readonly AiAlert[],
): Promise<readonly BulkItem[]> {
  const running = rows.filter(({ isRunning }) => isRunning);
  const item = (row: AiAlert, became: BulkItem['became'], note: string): BulkItem => ({
    id: row.key.id,
    label: ai.alertName(row.org.name, row.level, formatMonth(row.month)),
    became,
    note,
  });
  try {
    const done = await write(staff, order, running);
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

/** Which of alerts of one month were changed. */
async function write(
  staff: Staff,
  { act, reason, id }: Omit<AlertsOrder, 'picked'>,
  rows: readonly AiAlert[],
): Promise<ReadonlySet<string>> {
  const [first] = rows;
  if (!first) return new Set();
  const changed = await changeAlerts(staff, {
    action: act === 'mute' ? 'ai.muted' : 'ai.acknowledged',
    month: first.month,
    orgIds: rows.map(({ org }) => org.id),
    ...(act === 'acknowledge' && { levels: rows.map(({ level }) => level) }),
    detail: { reason, bulk: id },
  });
  return new Set(changed.map(({ org_id, level }) => nameOf(act, org_id, level)));
}

/** An organisation is muted as a whole. */
function nameOf(act: AlertsOrder['act'], orgId: string, level: number | null) {
  return act === 'mute' ? orgId : `${orgId} ${level}`;
}
