import type { Route } from 'next';
import Link from 'next/link';
import { listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { Cell } from '../table/cell.ts';

interface InvoiceLinkProps {
  readonly orgId: string;
  /** Without a number it is a draft, unless it goes by another name. */
  readonly invoice: { readonly id: string; readonly number: string | undefined };
  /** Whoever may not open invoices reads the number. */
  readonly isOpen: boolean;
  readonly name?: string;
}

/** An invoice by its number, which opens it. In a list it is a tab stop of the row that has the focus. */
export function InvoiceLink({
  orgId,
  invoice,
  isOpen,
  name = invoice.number ?? messages.lists.draft,
}: InvoiceLinkProps) {
  const text = (
    <bdi className="block truncate" title={name}>
      {name}
    </bdi>
  );
  if (!isOpen) return text;
  return (
    <Link
      href={invoiceHref(orgId, invoice.id)}
      prefetch={false}
      data-row-stop=""
      className="invoice-link inline-block max-w-full align-top text-accent-text hover:underline"
    >
      {text}
    </Link>
  );
}

/** The same as a cell of a list. */
export function invoiceCell(
  orgId: string,
  invoice: InvoiceLinkProps['invoice'],
  isOpen: boolean,
  text = invoice.number ?? messages.lists.draft,
): Cell {
  return isOpen ? { href: invoiceHref(orgId, invoice.id), text } : { text };
}

/** Opens the invoice in the list of all. */
export function invoiceHref(orgId: string, id: string): Route {
  return listHref(paths.invoices, new URLSearchParams({ row: `${orgId}:${id}` }));
}
