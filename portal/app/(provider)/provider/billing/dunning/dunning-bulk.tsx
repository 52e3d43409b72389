'use client';

import { BulkAction } from '../../../../../components/bulk/bulk-action.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { invoiceActs } from '../../../../../messages/en-invoice-acts.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';
import { retryPayments, sendNotices } from '../actions.ts';

const words = dunning.bulk;

/** What can be done about the overdue invoices that are chosen. */
export function DunningBulk() {
  const { retry, notice } = invoiceActs;
  return (
    <>
      <BulkAction
        label={retry.confirm}
        title={(count) => words.retryTitle(formatCount(count))}
        text={words.retryText}
        confirm={retry.confirm}
        name="payments-retried"
        action={retryPayments}
      />
      <BulkAction
        label={notice.confirm}
        title={(count) => words.noticeTitle(formatCount(count))}
        text={words.noticeText}
        confirm={notice.confirm}
        name="notices-sent"
        action={sendNotices}
      />
    </>
  );
}
