import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { auditList } from '../../../../../services/provider/audit-list.ts';
import { addressSql, auditSource, requestSql } from '../../../../../services/provider/audit.service.ts';

export const { GET, POST } = listFile({
  page: 'audit',
  name: 'audit-log',
  list: auditList,
  source: auditSource,
  columns: [
    { name: 'at', sql: instantSql('t.at') },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'entry', sql: 't.seq' },
    { name: 'actor_type', sql: 't.actor_type', isText: true },
    { name: 'actor', sql: 't.actor', isText: true },
    { name: 'action', sql: 't.action', isText: true },
    { name: 'entity', sql: 't.subject', isText: true },
    { name: 'outcome', sql: 't.outcome', isText: true },
    { name: 'event', sql: 't.event_id', isText: true },
    { name: 'address', sql: addressSql, isText: true },
    { name: 'request_id', sql: requestSql, isText: true },
    { name: 'detail', sql: 't.detail::text', isText: true },
    { name: 'hash', sql: `encode(t.hash, 'hex')` },
  ],
});
