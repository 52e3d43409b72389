import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { jobsList } from '../../../../../../services/provider/jobs-list.ts';
import { jobSlotsSource } from '../../../../../../services/provider/jobs.service.ts';

export const { GET, POST } = listFile({
  page: 'dev-aids',
  name: 'jobs',
  list: jobsList,
  source: () => jobSlotsSource,
  columns: [
    { name: 'job', sql: 't.job' },
    { name: 'slot', sql: 't.slot' },
    { name: 'status', sql: 't.status' },
    { name: 'started_at', sql: instantSql('t.started_at') },
    { name: 'finished_at', sql: instantSql('t.finished_at') },
    {
      name: 'failed_organisations',
      sql: '(select count(*) from job_org_failure f where f.job = t.job and f.slot = t.slot and f.holder = t.holder)',
    },
    { name: 'counts', sql: 't.counts::text' },
  ],
});
