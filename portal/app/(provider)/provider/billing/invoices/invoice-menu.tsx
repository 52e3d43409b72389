'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { RowMenu } from '../../../../../components/actions/row-menu.tsx';
import { say } from '../../../../../components/actions/toast.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import { useAskOfInvoice } from './invoice-acts.tsx';
import { invoiceItems } from './invoice-items.ts';
import type { MenuInvoice } from './invoice-items.ts';

interface InvoiceMenuProps {
  readonly invoice: MenuInvoice;
  /** Absent where the invoice is open already. */
  readonly openHref?: Route;
}

/** What can be done with an invoice. */
export function InvoiceMenu({ invoice, openHref }: InvoiceMenuProps) {
  const router = useRouter();
  const ask = useAskOfInvoice(invoice);
  const copyId = () =>
    void navigator.clipboard.writeText(invoice.id).then(
      () => say({ title: messages.actions.copied }),
      () => undefined,
    );
  const items = invoiceItems(invoice, {
    open: openHref && (() => router.push(openHref, { scroll: false })),
    pdf: () => window.open(listHref(paths.invoicePdf, new URLSearchParams({ invoice: invoice.key })), '_blank'),
    ask,
    copyId,
  });
  return <RowMenu label={invoice.label} items={items} />;
}
