'use client';

import type { Route } from 'next';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { RowMenu } from '../../../../../components/actions/row-menu.tsx';
import { say } from '../../../../../components/actions/toast.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import type { InvoiceOutcome } from '../../../../../services/provider/billing-orders.ts';
import { invoiceItems } from './invoice-items.ts';
import type { InvoiceDialog, MenuInvoice } from './invoice-items.ts';

interface InvoiceMenuProps {
  readonly invoice: MenuInvoice;
  /** Absent where the invoice is open already. */
  readonly openHref?: Route;
}

export interface DoneAct {
  readonly act: InvoiceDialog;
  readonly outcome: InvoiceOutcome;
}

// Fetched when something is asked for.
const InvoiceDialogs = dynamic(() => import('./invoice-dialogs.tsx').then((part) => part.InvoiceDialogs));
const InvoiceResult = dynamic(() => import('./invoice-result.tsx').then((part) => part.InvoiceResult));

/** What can be done with an invoice, and what it came to. */
export function InvoiceMenu({ invoice, openHref }: InvoiceMenuProps) {
  const router = useRouter();
  const [dialog, setDialog] = useState<InvoiceDialog>();
  const [done, setDone] = useState<DoneAct>();
  const copyId = () =>
    void navigator.clipboard.writeText(invoice.id).then(
      () => say({ title: messages.actions.copied }),
      () => undefined,
    );
  const items = invoiceItems(invoice, {
    open: openHref && (() => router.push(openHref, { scroll: false })),
    pdf: () => window.open(listHref(paths.invoicePdf, new URLSearchParams({ invoice: invoice.key })), '_blank'),
    ask: setDialog,
    copyId,
  });
  return (
    <>
      <RowMenu label={invoice.label} items={items} />
      {dialog && (
        <InvoiceDialogs
          key={dialog}
          invoice={invoice}
          dialog={dialog}
          onDone={(outcome) => setDone({ act: dialog, outcome })}
          onClose={() => setDialog(undefined)}
        />
      )}
      {done?.outcome.standing && (
        <InvoiceResult
          invoice={invoice}
          act={done.act}
          standing={done.outcome.standing}
          onNext={(next) => {
            setDone(undefined);
            setDialog(next);
          }}
          onClose={() => setDone(undefined)}
        />
      )}
    </>
  );
}
