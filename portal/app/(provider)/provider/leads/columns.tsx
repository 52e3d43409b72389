import {
  moneyColumn,
  moneyText,
  orgColumn,
  rowCell,
  sortedColumn,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { InvoiceLink, invoiceCell } from '../../../../components/list/invoice-link.tsx';
import { Nothing } from '../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge } from '../../../../components/status-badge.tsx';
import type { Cell, ToldCell } from '../../../../components/table/cell.ts';
import type { Column } from '../../../../components/table/data-table.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import type { LeadRow } from '../../../../services/provider/leads.service.ts';
import type { ShownStatus as Status } from '../../../../services/provider/leads-list.ts';
import { ShownStatus } from './shown-status.tsx';

const { columns } = leads;

/** The score is the tenant's own word: its column is there where one of the rows has any. */
export function leadColumns(context: CellContext, hasScores = false): readonly Column<LeadRow>[] {
  return [
    {
      id: 'lead',
      width: 136,
      head: columns.lead,
      cell: (lead) => leadCell(lead, context),
    },
    orgColumn(),
    wordColumn({ name: 'source', width: 76, head: columns.source, valueOf: ({ source }) => source }),
    wordColumn({
      name: 'status',
      width: 116,
      head: columns.status,
      valueOf: shownStatus,
      show: (lead) => <ShownStatus row={lead.key.id} status={shownStatus(lead)} />,
    }),
    moneyColumn('value', 128, columns.value, ({ valueMinor }) => valueMinor),
    {
      id: 'fee',
      ...(hasScores && { isExtra: true }),
      width: 104,
      head: columns.fee,
      isNumber: true,
      cell: ({ feeMinor, feeCurrency }) => moneyText(feeMinor, feeCurrency),
    },
    ...(hasScores ? [scoreColumn] : []),
    {
      id: 'converted',
      width: 116,
      head: columns.converted,
      cell: ({ convertedAt }) => timeCell(convertedAt, context),
    },
    {
      id: 'invoice',
      width: 116,
      head: columns.invoice,
      cell: (lead) => billingCell(lead, context.links.invoices),
    },
    { ...sortedColumn(context, columns.created), width: 124 },
  ];
}

const scoreColumn: Column<LeadRow> = {
  id: 'score',
  width: 68,
  head: columns.score,
  isNumber: true,
  cell: ({ score }) => score,
};

function billingCell(lead: LeadRow, isOpen: boolean): Cell {
  return lead.invoice ? invoiceCell(lead.org.id, lead.invoice, isOpen) : unbilledOf(lead);
}

/** The invoice that bills a converted lead, or that none does. */
export function Billing({ lead, isOpen }: { readonly lead: LeadRow; readonly isOpen: boolean }) {
  if (lead.invoice) return <InvoiceLink orgId={lead.org.id} invoice={lead.invoice} isOpen={isOpen} />;
  const unbilled = unbilledOf(lead);
  return unbilled ? <StatusBadge {...unbilled} /> : <Nothing />;
}

function unbilledOf({ status, feeMinor }: LeadRow): Badge | undefined {
  if (status !== 'converted') return undefined;
  if (feeMinor !== undefined) return { tone: 'warn', label: leads.billings.unbilled };
  return { tone: 'warn', label: leads.billings.unpriced, hint: leads.unpricedHint };
}

export function shownStatus({ status, invoice }: LeadRow): Status {
  return status === 'converted' && invoice ? 'invoiced' : status;
}

/** Under the company its e-mail, where rows have the height. */
function leadCell(lead: LeadRow, { preferences }: CellContext): ToldCell {
  const name = leadName(lead);
  const hasUnder = preferences.density === 'comfortable' && lead.email !== undefined && lead.email !== name;
  return rowCell(hasUnder ? { over: { text: name }, under: lead.email } : name, lead.email);
}

export function leadName({ company, name, email, id }: LeadRow): string {
  return company ?? name ?? email ?? id;
}
