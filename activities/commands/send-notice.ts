import type pg from 'pg';
import { isOpen } from '#domain/billing/dunning';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { note } from '../collection/book.ts';
import { dayOf } from '../collection/standing.ts';
import { instantText } from '../instant-text.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/** Steps from here on are no steps of a policy: a notice by hand bears the day after the failed collection that it was told on. */
const byHandFrom = 1_000;

/**
 * Records a notice beside those of the steps, which the next slot of dunning sends. Key: case, day and channel, so that staff who click twice,
 * or two of them on one day, write to the organisation once.
 */
export async function sendNotice(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'send_notice'>,
): Promise<Done | Refusal> {
  const { orgId, at, reason, channels } = command;
  const { invoiceId } = body;
  if (channels.length === 0) return refusal('no_channel');
  const decided = await onInvoice(client, command, body, (book, standing) => {
    const { dunning } = standing;
    if (!dunning || !isOpen(dunning)) return refusal('no_case');
    note(book, standing, 'notice.ordered', { reason });
    return { caseId: standing.caseId, step: byHandFrom + dayOf(at) - dunning.failedOn };
  });
  return whenDone(decided, async ({ caseId, step }) => {
    const { rowCount } = await client.query({
      text: `insert into dunning_notice (org_id, case_id, step, channel, recorded_at)
        select $1, $2, $3, c, $5 from unnest($4::text[]) c on conflict do nothing`,
      values: [orgId, caseId, step, channels, instantText(at)],
    });
    return rowCount === 0 ? refusal('notice_recorded') : { result: { invoiceId, channels } };
  });
}
