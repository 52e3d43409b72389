'use client';

import { RowMenu } from '../../../../../components/actions/row-menu.tsx';
import { listHref } from '../../../../../lists/list-href.ts';
import { paths } from '../../../../../paths.ts';
import { useAskOfInvoice } from './invoice-acts.tsx';
import { invoiceItems } from './invoice-items.ts';
import type { MenuInvoice } from './invoice-items.ts';

interface InvoiceMenuProps {
  readonly invoice: MenuInvoice;
}

/** What can be done with an invoice. */
export function InvoiceMenu({ invoice }: InvoiceMenuProps) {
  const ask = useAskOfInvoice(invoice);
  const items = invoiceItems(invoice, {
    pdf: () => window.open(listHref(paths.invoicePdf, new URLSearchParams({ invoice: invoice.key })), '_blank'),
    ask,
  });
  return <RowMenu label={invoice.label} items={items} copied={invoice.id} />;
}
