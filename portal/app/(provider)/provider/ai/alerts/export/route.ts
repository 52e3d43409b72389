import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { aiAlertsSource, isMuted } from '../../../../../../services/provider/ai-alerts.service.ts';
import { aiAlertsList } from '../../../../../../services/provider/ai-list.ts';

/** Of the alert's own month, also where that is over. */
const used = `(select trim_scale(coalesce(sum(u.credits), 0)) from ai_monthly_summary u where u.org_id = t.org_id and u.month = t.month)`;
/** What the plan of that month allows, or more where staff raised it. */
const limit = `greatest((select trim_scale(l.credits) from org_ai_limit l where l.org_id = t.org_id and l.month = t.month),
  (select trim_scale((plan.ai_allowance ->> 'credits')::numeric) from org_plan p join plan on plan.id = p.plan_id
    where p.org_id = t.org_id and p.from_at <= now() and p.from_at < (t.month + interval '1 month') at time zone 'UTC'
    order by p.from_at desc limit 1))`;

export const { GET, POST } = listFile({
  page: 'ai',
  name: 'ai-alerts',
  list: aiAlertsList,
  source: () => aiAlertsSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'month', sql: "to_char(t.month, 'YYYY-MM')" },
    { name: 'level', sql: 't.level' },
    { name: 'used_credits', sql: used },
    { name: 'limit_credits', sql: limit },
    { name: 'reached_at', sql: instantSql('t.fired_at') },
    { name: 'notified_at', sql: instantSql('t.notified_at') },
    { name: 'acknowledged_at', sql: instantSql('t.acknowledged_at') },
    { name: 'acknowledged_by', sql: 't.acknowledged_by', isText: true },
    { name: 'muted', sql: isMuted },
  ],
});
