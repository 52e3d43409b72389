import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { dunningSource } from '../../../../../../services/provider/billing-dunning.ts';
import { dunningList } from '../../../../../../services/provider/billing-lists.ts';

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'dunning',
  list: dunningList,
  source: () => dunningSource,
  columns: [
    { name: 'number', sql: 't.number', isText: true },
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'due_minor', sql: 't.due_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'due_at', sql: instantSql('t.due_at') },
    { name: 'days_overdue', sql: 'ceil(extract(epoch from utc_start(utc_day(now())) - t.due_at) / 86400)::int' },
    { name: 'state', sql: 'c.state' },
    { name: 'steps', sql: 'c.steps' },
    { name: 'steps_left', sql: 'c.steps_left' },
    { name: 'last_attempt_at', sql: instantSql('a.at') },
    { name: 'last_attempt', sql: "concat_ws(' ', a.status, a.failure_code)", isText: true },
    { name: 'next_attempt_at', sql: instantSql('c.next_at') },
    { name: 'paused_at', sql: instantSql('c.paused_at') },
    { name: 'paused_until', sql: instantSql('c.paused_until') },
  ],
});
