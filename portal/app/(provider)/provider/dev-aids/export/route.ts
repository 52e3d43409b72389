import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { evaluationsList } from '../../../../../services/provider/evaluations-list.ts';
import { evaluationsSource } from '../../../../../services/provider/evaluations.service.ts';

export const { GET, POST } = listFile({
  page: 'dev-aids',
  name: 'evaluations',
  list: evaluationsList,
  source: () => evaluationsSource,
  hasMeta: true,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'suite', sql: 't.suite', isText: true },
    { name: 'branch', sql: `nullif(t.branch, '')`, isText: true },
    { name: 'commit', sql: 't.commit', isText: true },
    { name: 'model', sql: 't.model', isText: true },
    { name: 'passed', sql: 't.passed' },
    { name: 'failed', sql: 't.failed' },
    { name: 'passed_before', sql: 'b.passed' },
    { name: 'failed_before', sql: 'b.failed' },
    { name: 'cost_minor', sql: 't.cost_minor' },
    { name: 'currency', sql: 't.currency', isText: true },
    { name: 'duration_ms', sql: 't.duration_ms' },
    { name: 'latency_ms', sql: 't.latency_ms' },
    { name: 'completed_at', sql: instantSql('t.completed_at') },
  ],
});
