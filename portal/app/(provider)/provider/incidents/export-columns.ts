import { instantSql } from '../../../../exports/copy-sql.ts';
import type { CsvColumn } from '../../../../exports/copy-sql.ts';
import { updatedAtSql } from '../../../../services/provider/incidents-source.ts';

export const incidentFile: readonly CsvColumn[] = [
  { name: 'id', sql: 't.id', isText: true },
  { name: 'organisation', sql: 't.org_id', isText: true },
  { name: 'title', sql: 't.title', isText: true },
  { name: 'severity', sql: 't.severity' },
  { name: 'state', sql: 't.state' },
  { name: 'level', sql: 't.level' },
  { name: 'assignee', sql: 'a.name', isText: true },
  { name: 'acknowledged_at', sql: instantSql('t.acknowledged_at') },
  { name: 'acknowledged_by', sql: 't.acknowledged_by', isText: true },
  { name: 'created_at', sql: instantSql('t.created_at') },
  { name: 'response_due_at', sql: instantSql('t.response_due_at') },
  { name: 'resolution_due_at', sql: instantSql('t.resolution_due_at') },
  { name: 'resolved_at', sql: instantSql('t.resolved_at') },
  { name: 'updated_at', sql: instantSql(updatedAtSql) },
];
