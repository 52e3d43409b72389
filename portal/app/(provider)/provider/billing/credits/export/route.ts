import { instantSql } from '../../../../../../exports/copy-sql.ts';
import { listFile } from '../../../../../../exports/list-file.ts';
import { creditsSource } from '../../../../../../services/provider/billing-credits.ts';
import { creditsList } from '../../../../../../services/provider/billing-lists.ts';

/** What was bought of what was granted. */
const purchased = `(select coalesce(sum(g.credits), 0) from credit_grant g where g.org_id = t.org_id and g.source = 'purchase'
  and g.granted_at <= t.computed_at)`;

export const { GET, POST } = listFile({
  page: 'billing',
  name: 'credits',
  list: creditsList,
  source: () => creditsSource,
  columns: [
    { name: 'organisation', sql: 't.org_id', isText: true },
    { name: 'name', sql: 'o.name', isText: true },
    { name: 'granted', sql: `trim_scale(t.granted - ${purchased})` },
    { name: 'purchased', sql: `trim_scale(${purchased})` },
    { name: 'used', sql: 'trim_scale(t.used)' },
    { name: 'expired', sql: 'trim_scale(t.expired)' },
    { name: 'remaining', sql: 'trim_scale(t.remaining)' },
    { name: 'over_the_credits', sql: 'trim_scale(t.overage)' },
    { name: 'stored_at', sql: instantSql('t.computed_at') },
  ],
});
