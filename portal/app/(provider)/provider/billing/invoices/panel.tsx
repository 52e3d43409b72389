import { FileText } from 'lucide-react';
import Link from 'next/link';
import { dayMs } from '#domain/instants';
import { smaller } from '#domain/money';
import { MoneyCell, TimeCell } from '../../../../../components/list/cells.tsx';
import { Explained } from '../../../../../components/panel/explained.tsx';
import { AuditEntriesLink } from '../../../../../components/panel/audit-entries-link.tsx';
import { Code, Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount, formatDecimalText, formatMoney } from '../../../../../format/numbers.ts';
import { codeWords } from '../../../../../format/code-words.ts';
import { formatMonth } from '../../../../../format/times.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { sourceHref } from '../../../../../lists/source-href.ts';
import { billing, invoices } from '../../../../../messages/en-billing.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import type { InvoiceDetail, InvoiceLine, Movement } from '../../../../../services/provider/billing-invoice-detail.ts';
import { menuInvoice } from './menu-invoice.ts';
import { PayOut, SendBack } from './pay-out.tsx';

const { panel, columns } = invoices;

interface InvoicePanelProps {
  readonly invoice: InvoiceDetail;
  readonly zone: string;
}

/** An invoice whole: its money, its lines tier by tier, what was paid and taken back, and who did what. */
export function InvoicePanel({ invoice, zone }: InvoicePanelProps) {
  const { lines, lineCount, movements, currency, source } = invoice;
  return (
    <>
      <Section title={messages.lists.properties} aside={<PdfLink invoice={invoice} />}>
        <Properties>
          {invoice.number !== undefined && (
            <Property name={columns.number} copied={invoice.number}>
              {invoice.number}
            </Property>
          )}
          <Property name={messages.lists.id} copied={invoice.id}>
            <Code>{invoice.id}</Code>
          </Property>
          <Property name={messages.lists.organisation} copied={invoice.org.id}>
            <bdi>{invoice.org.name}</bdi>
          </Property>
          <Property name={columns.source}>{invoices.sources[source]}</Property>
          <Property name={source === 'rated' ? panel.period : panel.ref}>
            <bdi>{source === 'rated' ? formatMonth(invoice.ref) : invoice.ref}</bdi>
          </Property>
          <Property name={columns.issued}>
            <TimeCell at={invoice.issuedAt} zone={zone} />
          </Property>
          <Property name={panel.dueAt}>
            <TimeCell at={invoice.dueAt} zone={zone} style="day" />
          </Property>
        </Properties>
      </Section>
      <Section title={panel.lines}>
        {lines.length === 0 && <p className="text-fg-2">{panel.noLines}</p>}
        {lines.map((line) => (
          <Line key={line.sourceKey} line={line} invoice={invoice} />
        ))}
        {lineCount > lines.length && (
          <p className="text-fg-2">{panel.moreLines(formatCount(lineCount - lines.length))}</p>
        )}
        <Totals invoice={invoice} />
      </Section>
      <OrgCredit invoice={invoice} />
      <Section title={panel.movements}>
        {movements.length === 0 && <p className="text-fg-2">{panel.noMovements}</p>}
        <ul className="flex flex-col">
          {movements.map((movement) => (
            <MovementRow key={`${movement.kind} ${movement.ref}`} movement={movement} currency={currency} zone={zone} />
          ))}
        </ul>
      </Section>
      <Timeline invoice={invoice} zone={zone} />
    </>
  );
}

/** What the organisation has to its credit in the invoice's currency; nothing where it has none. */
function OrgCredit({ invoice }: { readonly invoice: InvoiceDetail }) {
  const { org, currency, creditMinor, overpaidMinor, source } = invoice;
  if (creditMinor === 0n) return null;
  const isOwed = creditMinor < 0n;
  const amount = formatMoney(isOwed ? -creditMinor : creditMinor, currency);
  return (
    <Section
      title={panel.orgCredit}
      aside={
        !isOwed && (
          <span className="flex gap-2">
            {source === 'rated' && overpaidMinor > 0n && (
              <SendBack invoice={menuInvoice(invoice)} mostMinor={smaller(overpaidMinor, creditMinor)} />
            )}
            <PayOut org={org} currency={currency} creditMinor={creditMinor} />
          </span>
        )
      }
    >
      <p className={isOwed ? 'text-bad-text' : 'text-fg-2'}>
        {isOwed ? panel.orgOwes(amount) : panel.orgCreditText(amount)}
      </p>
    </Section>
  );
}

/** What the audit log says of it, the latest first. */
function Timeline({ invoice, zone }: InvoicePanelProps) {
  const { timeline, source, ref } = invoice;
  return (
    <Section title={panel.timeline}>
      {timeline.length === 0 && <p className="text-fg-2">{panel.noTimeline}</p>}
      <ol className="flex flex-col">
        {timeline.map(({ at, action, actor }, index) => (
          <li key={index} className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
            <Time at={at} zone={zone} style="minute" />
            <span className="flex-none">{action}</span>
            <bdi className="min-w-0 flex-1 truncate text-right text-fg-2" title={actor}>
              {actor}
            </bdi>
          </li>
        ))}
      </ol>
      <AuditEntriesLink entity={`invoice/${source === 'rated' ? invoice.id : ref}`} org={invoice.org.id} />
    </Section>
  );
}

function PdfLink({ invoice }: { readonly invoice: InvoiceDetail }) {
  const { source, number, key } = invoice;
  const reason = source === 'reported' ? panel.reportedHasNoPdf : panel.draftHasNoPdf;
  const face = (
    <>
      <FileText size={14} strokeWidth={1.75} aria-hidden="true" />
      {panel.download}
    </>
  );
  if (source === 'reported' || number === undefined)
    return (
      <span role="link" aria-disabled="true" tabIndex={0} title={reason} className="button button-small text-fg-3">
        {face}
      </span>
    );
  return (
    <a
      href={listHref(paths.invoicePdf, new URLSearchParams({ invoice: key.id }))}
      target="_blank"
      title={panel.downloadHint}
      className="button button-small"
    >
      {face}
    </a>
  );
}

function Line({ line, invoice }: Pick<InvoicePanelProps, 'invoice'> & { readonly line: InvoiceLine }) {
  const { stream, description, quantity, minor, explanation, span, source } = line;
  const { currency, org } = invoice;
  const href = sourceHref(source, org.id);
  const name = Object.entries(billing.streams).find(([known]) => known === stream)?.[1] ?? billing.creditStream;
  return (
    <div className="flex flex-col gap-2 rounded-control border border-line p-3">
      <div className="flex items-baseline gap-2">
        <bdi className="min-w-0 flex-1 [overflow-wrap:anywhere]">{description}</bdi>
        <span className="num flex-none font-medium">{formatMoney(minor, currency)}</span>
      </div>
      <p className="num flex flex-wrap gap-x-2 text-caption text-fg-2">
        <span>{name}</span>
        {quantity !== '1' && <span>{panel.quantity(formatDecimalText(quantity))}</span>}
        {span && <Span {...span} />}
        {href && (
          <Link href={href} prefetch={false} className="ml-auto text-accent-text hover:underline">
            {explanation ? panel.usageRows : panel.source}
            <span className="sr-only"> {description}</span>
          </Link>
        )}
      </p>
      {explanation && (
        <details>
          <summary className="text-accent-text hover:underline">{panel.explain}</summary>
          <div className="flex flex-col gap-2 pt-2">
            <Explained explanation={explanation} currency={currency} />
          </div>
        </details>
      )}
    </div>
  );
}

/** In days of the organisation's own zone: that is where its windows begin and end. */
function Span({ from, to, zone }: NonNullable<InvoiceLine['span']>) {
  const first = <Time at={from} zone={zone} style="day" />;
  if (to - from <= dayMs) return first;
  return (
    <span>
      {first} – <Time at={to - 1} zone={zone} style="day" />
    </span>
  );
}

function Totals({ invoice }: { readonly invoice: InvoiceDetail }) {
  const { currency } = invoice;
  const rows = [
    { name: panel.subtotal, minor: invoice.subtotalMinor, isShown: true },
    { name: panel.discount, minor: -invoice.discountMinor, isShown: invoice.discountMinor !== 0n },
    { name: panel.tax, minor: invoice.taxMinor, isShown: true },
    { name: panel.total, minor: invoice.totalMinor, isShown: true, isStrong: true },
    { name: panel.paid, minor: invoice.paidMinor, isShown: true },
    { name: panel.credited, minor: invoice.creditedMinor, isShown: invoice.creditedMinor !== 0n },
    { name: panel.due, minor: invoice.dueMinor, isShown: true, isStrong: true },
    { name: panel.refunded, minor: invoice.refundedMinor, isShown: invoice.refundedMinor !== 0n },
    { name: panel.overpaid, minor: invoice.overpaidMinor, isShown: invoice.overpaidMinor !== 0n },
  ];
  return (
    <dl className="num ml-auto grid w-64 max-w-full grid-cols-[1fr_auto] gap-x-4 gap-y-1">
      {rows
        .filter(({ isShown }) => isShown)
        .map(({ name, minor, isStrong }) => (
          <div key={name} className={`contents ${isStrong ? 'font-semibold' : ''}`}>
            <dt className={isStrong ? '' : 'text-fg-2'}>{name}</dt>
            <dd className="text-right">{formatMoney(minor, currency)}</dd>
          </div>
        ))}
    </dl>
  );
}

interface MovementRowProps {
  readonly movement: Movement;
  readonly currency: string;
  readonly zone: string;
}

function MovementRow({ movement, currency, zone }: MovementRowProps) {
  const { kind, what, status, minor, at } = movement;
  const text = [what, codeWords(status)].filter(Boolean).join(', ');
  return (
    <li className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
      <Time at={at} zone={zone} style="minute" />
      <span className="flex-none font-medium">{panel[kind]}</span>
      <bdi className="min-w-0 flex-1 truncate text-fg-2" title={text}>
        {text}
      </bdi>
      <MoneyCell minor={minor} currency={currency} />
    </li>
  );
}
