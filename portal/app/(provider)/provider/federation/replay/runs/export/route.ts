import { instantSql } from '../../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../../exports/list-file.ts';
import { replayRunsList } from '../../../../../../../services/provider/federation-replay-list.ts';
import { replayRunsSource } from '../../../../../../../services/provider/federation-replay.service.ts';

export const { GET, POST } = listFile({
  page: 'federation',
  name: 'replays',
  list: replayRunsList,
  source: () => replayRunsSource,
  columns: [
    { name: 'replay', sql: 't.id' },
    { name: 'status', sql: 't.status' },
    { name: 'chosen_at', sql: instantSql('t.created_at') },
    { name: 'ordered_by', sql: 't.ordered_by', isText: true },
    { name: 'filter', sql: 't.filter', isText: true },
    { name: 'reason', sql: 't.reason', isText: true },
    { name: 'events', sql: '(select count(*) from replay_item i where i.run_id = t.id)' },
    ...['eligible', 'ordered', 'applied', 'rejected', 'already_applied', 'skipped'].map((state) => ({
      name: state,
      sql: `coalesce((c.counts ->> '${state}')::int, 0)`,
    })),
    { name: 'confirmed_at', sql: instantSql('t.confirmed_at') },
    { name: 'finished_at', sql: instantSql('t.finished_at') },
  ],
});
