import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { keysList } from '../../../../../services/provider/federation-keys-list.ts';
import { keysSource } from '../../../../../services/provider/federation-keys.service.ts';

export const { GET, POST } = listFile({
  page: 'federation',
  name: 'keys',
  list: keysList,
  source: () => keysSource,
  columns: [
    { name: 'key', sql: 't.id' },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'name', sql: 't.name', isText: true },
    { name: 'scopes', sql: "array_to_string(t.scopes, ' ')" },
    { name: 'state', sql: 't.state' },
    { name: 'rate_per_s', sql: 't.rate_per_s' },
    { name: 'burst', sql: 't.burst' },
    { name: 'created_by', sql: 't.created_by', isText: true },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'last_used_at', sql: instantSql('t.last_used_at') },
    { name: 'expires_at', sql: instantSql('t.expires_at') },
    { name: 'previous_secret_until', sql: instantSql('r.rotating_until') },
  ],
});
