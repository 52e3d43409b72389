import { MoneyCell } from '../../../../../components/list/cells.tsx';
import { InvoiceLink } from '../../../../../components/list/invoice-link.tsx';
import { Properties, Property, Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { billing } from '../../../../../messages/en-billing.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';
import type { OverdueRow } from '../../../../../services/provider/billing-dunning.ts';
import type { InvoiceDetail } from '../../../../../services/provider/billing-invoice-detail.ts';
import { invoiceName } from '../invoices/columns.tsx';
import { InvoicePanel } from '../invoices/panel.tsx';
import { LastAttempt, NextAttempt } from './columns.tsx';

interface OverduePanelProps {
  readonly row: OverdueRow & { readonly invoice: InvoiceDetail | undefined };
  readonly zone: string;
}

/** How its collection stands, and the invoice itself. */
export function OverduePanel({ row, zone }: OverduePanelProps) {
  const { columns } = dunning;
  const { invoice } = row;
  return (
    <>
      <Section title={billing.tabs.dunning}>
        <Properties>
          <Property name={columns.invoice}>
            <InvoiceLink orgId={row.org.id} invoice={row} isOpen name={invoiceName(row)} />
          </Property>
          <Property name={columns.amount}>
            <MoneyCell minor={row.dueMinor} currency={row.currency} />
          </Property>
          <Property name={columns.due}>
            <Time at={row.key.at} zone={zone} style="day" />
          </Property>
          <Property name={columns.overdue}>{dunning.days(formatCount(row.daysOverdue))}</Property>
          {row.step && <Property name={columns.step}>{dunning.stepOf(row.step.made, row.step.of)}</Property>}
          <Property name={columns.lastAttempt}>
            <LastAttempt row={row} zone={zone} />
          </Property>
          <Property name={columns.nextAttempt}>
            <NextAttempt row={row} zone={zone} />
          </Property>
          {row.source === 'reported' && <Property name={columns.state}>{dunning.ownOfTenant}</Property>}
        </Properties>
      </Section>
      {invoice && <InvoicePanel invoice={invoice} zone={zone} />}
    </>
  );
}
