import type pg from 'pg';
import { alertsToFire } from '#domain/billing/allowance';
import { formatDecimal } from '#domain/decimal';
import { groupBy } from '../billing/group-by.ts';
import { instantText } from '../instant-text.ts';
import type { SlotAt } from '../jobs/job-phase.ts';
import type { OrgMonth } from './ai-summaries.ts';
import type { AllowedMonth } from './over-cap.ts';

/** A level of an org's allowance that its month has reached. */
export interface AiAlert extends OrgMonth {
  readonly level: number;
}

/** Fires the levels that months have reached, each once. Key: (org, month, level). */
export async function fireAlerts(
  client: pg.ClientBase,
  months: readonly AllowedMonth[],
  { at }: SlotAt,
): Promise<AiAlert[]> {
  const fired = groupBy(await loadFired(client, months), ({ orgId, month }) => `${month} ${orgId}`);
  const reached = months.flatMap(({ orgId, month, credits, allowance }) => {
    const before = (fired.get(`${month} ${orgId}`) ?? []).map(({ level }) => level);
    return alertsToFire(credits, allowance, before).map((level) => ({ orgId, month, level }));
  });
  if (reached.length === 0) return [];
  await client.query({
    name: 'fire-alerts',
    text: `insert into ai_alert (org_id, month, level, fired_at) select org_id, month, level, $2
      from json_to_recordset($1) as a (org_id text, month date, level smallint)`,
    values: [
      JSON.stringify(reached.map(({ orgId, month, level }) => ({ org_id: orgId, month, level }))),
      instantText(at),
    ],
  });
  return reached;
}

/** The entries of the audit that say so. */
export function alertEntries(alerts: readonly AiAlert[], months: readonly AllowedMonth[], actor: string) {
  return alerts.map(({ orgId, month, level }) => {
    const used = months.find((one) => one.orgId === orgId && one.month === month);
    return {
      org_id: orgId,
      actor_type: 'system',
      actor,
      action: 'ai.alert',
      subject: `ai/${month}`,
      detail: {
        level,
        used: used && formatDecimal(used.credits),
        allowed: used?.allowance && formatDecimal(used.allowance.credits),
      },
    };
  });
}

async function loadFired(client: pg.ClientBase, months: readonly OrgMonth[]): Promise<AiAlert[]> {
  const { rows } = await client.query<{ org_id: string; month: string; level: number }>({
    name: 'load-fired',
    text: `select a.org_id, a.month::text, a.level from unnest($1::text[], $2::date[]) as m (org_id, month)
      join ai_alert a on a.org_id = m.org_id and a.month = m.month`,
    values: [months.map(({ orgId }) => orgId), months.map(({ month }) => month)],
  });
  return rows.map(({ org_id: orgId, month, level }) => ({ orgId, month, level }));
}
