import { instantSql } from '../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../exports/list-file.ts';
import { subscriptionsList } from '../../../../../services/provider/subscriptions-list.ts';
import { changedAtSql, subscriptionsSource } from '../../../../../services/provider/subscriptions.service.ts';

export const { GET, POST } = listFile({
  page: 'subscriptions',
  name: 'subscriptions',
  list: subscriptionsList,
  source: () => subscriptionsSource,
  hasMeta: true,
  columns: [
    { name: 'id', sql: 't.id', isText: true },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'plan', sql: 't.plan', isText: true },
    { name: 'status', sql: 't.status' },
    { name: 'price_minor', sql: 't.price_minor' },
    { name: 'currency', sql: 't.currency' },
    { name: 'interval', sql: 't.interval' },
    { name: 'quantity', sql: 't.quantity' },
    { name: 'mrr_minor', sql: 't.mrr_minor' },
    { name: 'created_at', sql: instantSql('t.created_at') },
    { name: 'started_at', sql: instantSql('t.started_at') },
    { name: 'renews_at', sql: instantSql('t.renews_at') },
    { name: 'canceled_at', sql: instantSql('t.canceled_at') },
    { name: 'cancel_reason', sql: 't.cancel_reason', isText: true },
    { name: 'changed_at', sql: instantSql(changedAtSql) },
    { name: 'waiting_change', sql: 'w.change' },
    { name: 'waiting_until', sql: instantSql('w.due_at') },
  ],
});
