import type pg from 'pg';
import { noticeKey } from '#domain/billing/dunning';
import { inTenants } from '#prisma/pool';
import type { JobPhase } from '../jobs/job-phase.ts';
import { instantText } from '../instant-text.ts';
import { invoiceOf, orgOf, orgsOf, type InvoiceName } from './names.ts';
import type { InvoiceNotice } from './notices/channel.ts';
import { sendBy } from './notices/send-by.ts';
import type { CollectionResources } from './resources.ts';
import { readRows, type RowReader } from './rows.ts';

const noticesAtOnce = 20;

/**
 * Sends the notices that are recorded and not sent. Key: (case, step, channel), or the invoice that waits. A notice is marked before it is
 * sent, so that it never goes out twice; one that is known not to have left is unmarked, and goes with the next slot. One whose case was closed
 * meanwhile, or of whose invoice nothing is due any more, by a payment or by staff, is marked and goes to nobody.
 */
export function noticesPhase({ db, notify }: CollectionResources): JobPhase {
  return {
    name: 'notices',
    setSize: noticesAtOnce,
    pageSize: noticesAtOnce,
    waitsForOthers: true,
    orgOf,
    async due(_slot, range) {
      const { rows } = await db.query<{ id: string }>(
        `select id from due_for_notices() where ($1::text is null or id collate "C" > $1) and ($2::text is null or id collate "C" <= $2)
         order by id collate "C"`,
        [range?.after, range?.until],
      );
      return rows.map(({ id }) => id);
    },
    async apply(ids, slot) {
      const names = ids.map(invoiceOf);
      const claimed = await inTenants(db, orgsOf(names), (client) => claim(client, names, instantText(slot.at)));
      const results = await Promise.all(
        claimed.map(async (one) => {
          const { notice, caseId, channels } = one;
          const result = await sendBy(notify, channels, notice, (channel) =>
            noticeKey(caseId ?? notice.invoiceId, notice.step, channel),
          );
          if (result.failed.length > 0) await unmark(db, one, result.failed);
          return result;
        }),
      );
      const notices = results.reduce((sum, { sent }) => sum + sent, 0);
      const noticesFailed = results.reduce((sum, { failed }) => sum + failed.length, 0);
      return { notices, ...(noticesFailed > 0 && { noticesFailed }) };
    },
  };
}

interface Claimed {
  readonly notice: InvoiceNotice;
  /** Undefined: told of what waits. */
  readonly caseId: string | undefined;
  /** Undefined: by all. */
  readonly channels: readonly string[] | undefined;
}

const facts = `i.org_id, i.id as invoice_id, i.number, i.due_minor, i.currency, o.name as org_name, b.notice_email`;
const joined = `join org o on o.id = i.org_id join org_billing b on b.org_id = i.org_id`;

async function claim(client: pg.PoolClient, names: readonly InvoiceName[], at: string): Promise<Claimed[]> {
  const wanted = [names.map(({ orgId }) => orgId), names.map(({ invoiceId }) => invoiceId)];
  const ofCases = await readRows(
    client,
    `with claimed as (
        update dunning_notice n set sent_at = $3 from unnest($1::text[], $2::text[]) as w (org_id, case_id)
        where n.org_id = w.org_id and n.case_id = w.case_id and n.sent_at is null returning n.org_id, n.case_id, n.step, n.channel)
      select n.case_id, n.step, n.channel, c.state, ${facts} from claimed n join dunning_case c on c.org_id = n.org_id and c.id = n.case_id
        join invoice i on i.org_id = c.org_id and i.id = c.invoice_id ${joined} where c.state <> 'closed' and i.due_minor > 0`,
    [...wanted, at],
    (row) => ({
      notice: noticeOf(row, kindOf(row), row.number('step')),
      caseId: row.text('case_id'),
      channels: [row.text('channel')],
    }),
  );
  const ofWaits = await readRows(
    client,
    `with claimed as (
        update collection_wait t set told_at = $3 from unnest($1::text[], $2::text[]) as w (org_id, invoice_id)
        where t.org_id = w.org_id and t.invoice_id = w.invoice_id and t.told_at is null
        returning t.org_id, t.invoice_id, t.reason, t.failed_channels)
      select t.failed_channels, ${facts} from claimed t join invoice i on i.org_id = t.org_id and i.id = t.invoice_id ${joined}
      where t.reason = 'no_method' and i.due_minor > 0`,
    [...wanted, at],
    (row) => ({
      notice: noticeOf(row, 'no_payment_method', 0),
      caseId: undefined,
      channels: row.optionalTexts('failed_channels'),
    }),
  );
  return [...ofCases, ...ofWaits];
}

/** What waits is told by all channels at once: told again by those that failed. A case has a row for each channel. */
async function unmark(db: pg.Pool, { notice, caseId }: Claimed, failed: readonly string[]) {
  const { orgId, invoiceId, step } = notice;
  await inTenants(db, [orgId], (client) =>
    caseId === undefined
      ? client.query(
          'update collection_wait set told_at = null, failed_channels = $3 where org_id = $1 and invoice_id = $2',
          [orgId, invoiceId, failed],
        )
      : client.query(
          'update dunning_notice set sent_at = null where org_id = $1 and case_id = $2 and step = $3 and channel = any($4)',
          [orgId, caseId, step, failed],
        ),
  );
}

function kindOf(row: RowReader): InvoiceNotice['kind'] {
  const state = row.text('state');
  if (state === 'ended') return 'dunning_ended';
  return state === 'exhausted' ? 'retries_exhausted' : 'payment_failed';
}

function noticeOf(row: RowReader, kind: InvoiceNotice['kind'], step: number): InvoiceNotice {
  return {
    key: '',
    kind,
    step,
    orgId: row.text('org_id'),
    orgName: row.text('org_name'),
    invoiceId: row.text('invoice_id'),
    invoiceNumber: row.optionalText('number'),
    dueMinor: row.minor('due_minor'),
    currency: row.text('currency'),
    to: row.optionalText('notice_email'),
  };
}
