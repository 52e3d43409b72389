import { instantSql } from '../../../../../exports/copy-sql.ts';
import { exportRoute } from '../../../../../exports/export-route.ts';
import { incidentsList } from '../../../../../services/provider/incidents-list.ts';
import { incidentsSource } from '../../../../../services/provider/incidents.service.ts';

export const GET = exportRoute({
  page: 'incidents',
  name: 'incidents',
  list: incidentsList,
  source: () => incidentsSource,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'title', sql: 't.title', isText: true },
    { name: 'severity', sql: 't.severity' },
    { name: 'state', sql: 't.status' },
    { name: 'level', sql: 't.level' },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'response_due_at', sql: instantSql('t.response_due_at') },
    { name: 'resolution_due_at', sql: instantSql('t.resolution_due_at') },
    { name: 'resolved_at', sql: instantSql('t.resolved_at') },
  ],
});
