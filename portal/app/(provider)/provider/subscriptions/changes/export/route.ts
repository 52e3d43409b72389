import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { changesList } from '../../../../../../services/provider/changes-list.ts';
import { changesSource, signedMinor } from '../../../../../../services/provider/changes.service.ts';

export const { GET, POST } = listFile({
  page: 'subscriptions',
  name: 'plan-changes',
  list: changesList,
  source: () => changesSource,
  columns: [
    { name: 'at', sql: instantSql('t.at') },
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'subscription', sql: 't.subscription_id', isText: true },
    { name: 'kind', sql: 't.kind' },
    { name: 'mrr_delta_minor', sql: signedMinor },
    { name: 'currency', sql: 't.currency' },
    { name: 'plan_before', sql: 'was.plan', isText: true },
    { name: 'plan_after', sql: 'c.plan', isText: true },
    { name: 'price_before_minor', sql: 'was.price_minor' },
    { name: 'price_after_minor', sql: 'c.price_minor' },
    { name: 'interval_before', sql: 'was.interval' },
    { name: 'interval_after', sql: 'c.interval' },
    { name: 'quantity_before', sql: 'was.quantity' },
    { name: 'quantity_after', sql: 'c.quantity' },
    { name: 'status_after', sql: 'c.status' },
    { name: 'ordered_by', sql: 's.actor', isText: true },
    { name: 'reason', sql: 's.reason', isText: true },
    { name: 'event', sql: 't.event_id', isText: true },
  ],
});
