'use client';

import { Dialog } from '../../../../../components/dialog.tsx';
import { codeWords } from '../../../../../format/code-words.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { invoices, payments } from '../../../../../messages/en-billing.ts';
import { invoiceActs } from '../../../../../messages/en-invoice-acts.ts';
import { messages } from '../../../../../messages/en.ts';
import type { InvoiceStanding } from '../../../../../services/provider/billing-orders.ts';
import { afterAct, against, isInvoiceStatus } from './invoice-items.ts';
import type { InvoiceDialog, MenuInvoice } from './invoice-items.ts';

interface InvoiceResultProps {
  readonly invoice: MenuInvoice;
  readonly act: InvoiceDialog;
  readonly standing: InvoiceStanding;
  readonly onNext: (dialog: InvoiceDialog) => void;
  readonly onClose: () => void;
}

/** How the invoice stands after a write of money, and the way back: money is reversed, never undone. */
export function InvoiceResult({ invoice, act, standing, onNext, onClose }: InvoiceResultProps) {
  const { panel } = invoices;
  const { currency, status } = standing;
  const copy = invoiceActs[act];
  const facts = [
    { name: panel.paid, minor: standing.paidMinor },
    { name: panel.credited, minor: standing.creditedMinor },
    { name: panel.refunded, minor: standing.refundedMinor },
    { name: panel.due, minor: standing.dueMinor },
  ];
  const next = reversalOf(invoice, act, standing);
  return (
    <Dialog title={copy.done(invoice.label)} text={copy.after} onClose={onClose}>
      <dl className="num grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 px-5 py-4">
        <dt className="text-fg-2">{invoices.columns.status}</dt>
        <dd className="text-right font-medium">{isInvoiceStatus(status) ? invoices.statuses[status] : status}</dd>
        {standing.attempt && (
          <>
            <dt className="text-fg-2">{invoiceActs.retry.attempt}</dt>
            <dd className="text-right font-medium">{attemptText(standing.attempt)}</dd>
          </>
        )}
        {facts.map(({ name, minor }) => (
          <div key={name} className="contents">
            <dt className="text-fg-2">{name}</dt>
            <dd className="text-right">{formatMoney(minor, currency)}</dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
        {next && (
          <button type="button" className="button mr-auto" onClick={() => onNext(next)}>
            {invoiceActs[next].item}
          </button>
        )}
        <button type="button" className="button button-primary" onClick={onClose}>
          {messages.actions.close}
        </button>
      </div>
    </Dialog>
  );
}

function attemptText({ status, failure }: NonNullable<InvoiceStanding['attempt']>): string {
  const named = Object.entries(payments.statuses).find(([known]) => known === status)?.[1] ?? status;
  return [named, failure && codeWords(failure)].filter(Boolean).join(', ');
}

/** What takes back, or carries on, what was done; nothing where that is final. */
function reversalOf(invoice: MenuInvoice, act: InvoiceDialog, standing: InvoiceStanding): InvoiceDialog | undefined {
  const next = standing.attempt && standing.attempt.status !== 'succeeded' ? undefined : reversals[act];
  return next && against(afterAct(invoice, act, standing), next) === undefined ? next : undefined;
}

const reversals: Partial<Record<InvoiceDialog, InvoiceDialog>> = {
  retry: 'refund',
  pause: 'resume',
  resume: 'pause',
  uncollectible: 'writeOff',
};
