import type pg from 'pg';
import { inTenants } from '#prisma/pool';
import type { JobPhase } from '../jobs/job-phase.ts';
import { dueIds } from './due-ids.ts';
import type { AllowanceNotice } from './notices/channel.ts';
import { sendBy } from './notices/send-by.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';

const alertsAtOnce = 20;

/**
 * Tells the alerts of AI allowances that are fired and not told, but those of months that staff muted. Key: (org, month, level). An alert is
 * marked before it is sent, so that it never goes out twice; one that is known not to have left is unmarked, and goes with the next slot.
 */
export function alertNoticesPhase({ db, notify }: Pick<CollectionResources, 'db' | 'notify'>): JobPhase {
  return {
    name: 'alert-notices',
    setSize: alertsAtOnce,
    pageSize: alertsAtOnce,
    waitsForOthers: true,
    orgOf: (id) => alertOf(id).org,
    due: ({ at }, range) => dueIds(db, 'due_for_alert_notices', at, range),
    async apply(ids) {
      const alerts = ids.map(alertOf);
      const orgs = [...new Set(alerts.map(({ org }) => org))];
      const claimed = await inTenants(db, orgs, (client) => claim(client, alerts));
      const results = await Promise.all(
        claimed.map(async ({ notice, channels }) => {
          const { failed } = await sendBy(notify, channels, notice, (channel) => `${notice.key}:${channel}`);
          if (failed.length > 0) await unmark(db, notice, failed);
          return failed.length === 0;
        }),
      );
      const told = results.filter((isTold) => isTold).length;
      return { alertsTold: told, ...(told < results.length && { alertsFailed: results.length - told }) };
    },
  };
}

interface AlertName {
  readonly org: string;
  /** The first day of the month. */
  readonly month: string;
  readonly level: number;
}

/** No org's id has a colon. */
function alertOf(id: string): AlertName {
  const [org = '', month = '', level = ''] = id.split(':');
  return { org, month, level: Number(level) };
}

interface Claimed {
  readonly notice: AllowanceNotice;
  /** Undefined: by all. */
  readonly channels: readonly string[] | undefined;
}

async function claim(client: pg.ClientBase, alerts: readonly AlertName[]): Promise<Claimed[]> {
  return readRows(
    client,
    `with claimed as (
        update ai_alert a set notified_at = clock_timestamp() from json_to_recordset($1) as w (org text, month date, level smallint)
        where a.org_id = w.org and a.month = w.month and a.level = w.level and a.notified_at is null
          and not exists (select from ai_mute m where m.org_id = a.org_id and m.month = a.month)
        returning a.org_id, a.month, a.level, a.failed_channels)
      select c.org_id, c.failed_channels, to_char(c.month, 'YYYY-MM') as month, c.level, o.name as org_name, b.notice_email,
        coalesce((select trim_scale(sum(s.credits)) from ai_monthly_summary s where s.org_id = c.org_id and s.month = c.month), 0)::text as credits
      from claimed c join org o on o.id = c.org_id join org_billing b on b.org_id = c.org_id`,
    [JSON.stringify(alerts)],
    (row) => {
      const [orgId, month, level] = [row.text('org_id'), row.text('month'), row.number('level')];
      const notice = {
        key: `ai:${orgId}:${month}:${level}`,
        kind: 'ai_allowance',
        orgId,
        orgName: row.text('org_name'),
        to: row.optionalText('notice_email'),
        month,
        level,
        credits: row.text('credits'),
      } as const;
      return { notice, channels: row.optionalTexts('failed_channels') };
    },
  );
}

/** Told by all channels at once: told again by those that failed. */
async function unmark(db: pg.Pool, { orgId, month, level }: AllowanceNotice, failed: readonly string[]) {
  await inTenants(db, [orgId], (client) =>
    client.query(
      'update ai_alert set notified_at = null, failed_channels = $4 where org_id = $1 and month = $2 and level = $3',
      [orgId, `${month}-01`, level, failed],
    ),
  );
}
