import { instantSql } from '../../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../../exports/list-file.ts';
import { replayItemsList } from '../../../../../../../services/provider/federation-replay-list.ts';
import { replayItemsSource } from '../../../../../../../services/provider/federation-replay.service.ts';

/** The events of the run that the address names. */
export const { GET, POST } = listFile({
  page: 'federation',
  name: 'replay',
  list: replayItemsList,
  source: (_staff, { run }) => replayItemsSource(typeof run === 'string' ? run : ''),
  columns: [
    { name: 'event', sql: 't.event_id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'type', sql: 't.type', isText: true },
    { name: 'received_at', sql: instantSql('t.received_at') },
    { name: 'state', sql: 't.state' },
    { name: 'code', sql: 't.code', isText: true },
    { name: 'expected', sql: 't.expected' },
    { name: 'expected_code', sql: 't.expected_code', isText: true },
    { name: 'rows', sql: "array_to_string(t.writes, '; ')", isText: true },
    { name: 'replayed_at', sql: instantSql('t.ordered_at') },
    { name: 'workflow', sql: 't.workflow_id', isText: true },
  ],
});
