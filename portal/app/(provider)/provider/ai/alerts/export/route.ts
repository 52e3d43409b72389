import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { aiAlertsSource } from '../../../../../../services/provider/ai-alerts.service.ts';
import { aiAlertsList } from '../../../../../../services/provider/ai-list.ts';

export const { GET, POST } = listFile({
  page: 'ai',
  name: 'ai-alerts',
  list: aiAlertsList,
  source: () => aiAlertsSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'month', sql: "to_char(t.month, 'YYYY-MM')" },
    { name: 'level', sql: 't.level' },
    { name: 'reached_at', sql: instantSql('t.fired_at') },
    { name: 'notified_at', sql: instantSql('t.notified_at') },
    { name: 'acknowledged_at', sql: instantSql('t.acknowledged_at') },
    { name: 'acknowledged_by', sql: 't.acknowledged_by', isText: true },
  ],
});
