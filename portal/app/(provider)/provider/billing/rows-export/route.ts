import { exportRoute } from '../../../../../exports/export-route.ts';
import { reconciliationList } from '../../../../../services/provider/billing-lists.ts';
import { reconciliationSource } from '../../../../../services/provider/billing-reconciliation.ts';

const joins = `${reconciliationSource.joins}
  cross join lateral jsonb_to_recordset(t.differences) as d (source text, expected text, invoiced text)`;

/** The rows of both sides that differ, of all cells that the filters mean. */
export const GET = exportRoute({
  page: 'billing',
  name: 'reconciliation-rows',
  list: reconciliationList,
  source: () => ({ ...reconciliationSource, joins }),
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'month', sql: "to_char(t.month_at at time zone 'UTC', 'YYYY-MM')" },
    { name: 'stream', sql: 't.stream' },
    { name: 'currency', sql: 't.currency' },
    { name: 'row', sql: 'd.source', isText: true },
    { name: 'expected_minor', sql: 'd.expected' },
    { name: 'invoiced_minor', sql: 'd.invoiced' },
  ],
});
