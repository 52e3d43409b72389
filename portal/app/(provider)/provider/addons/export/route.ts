import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { addonsList } from '../../../../../services/provider/addons-list.ts';
import { addonsSource, addonSums } from '../../../../../services/provider/addons.service.ts';

export const { GET, POST } = listFile({
  page: 'addons',
  name: 'addons',
  list: addonsList,
  source: () => addonsSource,
  hasMeta: true,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'sku', sql: 't.sku', isText: true },
    { name: 'quantity', sql: 't.quantity' },
    { name: 'amount_minor', sql: 't.amount_minor' },
    { name: 'refunded_minor', sql: 't.refunded_minor' },
    { name: 'net_minor', sql: addonSums.net.minor },
    { name: 'currency', sql: 't.currency' },
    { name: 'invoice', sql: 'l.number', isText: true },
    { name: 'status', sql: 't.status' },
    { name: 'created_at', sql: instantSql('t.created_at') },
  ],
});
