import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { paymentsList } from '../../../../../../services/provider/billing-lists.ts';
import { paymentsSource } from '../../../../../../services/provider/billing-payments.ts';

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'payments',
  list: paymentsList,
  source: () => paymentsSource,
  columns: [
    { name: 'ref', sql: 't.ref', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'invoice', sql: 'coalesce(i.number, i.id)', isText: true },
    { name: 'status', sql: 't.status' },
    { name: 'amount_minor', sql: 't.amount_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'method', sql: 't.method', isText: true },
    { name: 'provider', sql: 't.provider', isText: true },
    { name: 'reason', sql: 't.failure_code', isText: true },
    { name: 'begun_by', sql: 't.trigger' },
    { name: 'at', sql: instantSql('t.at') },
  ],
});
