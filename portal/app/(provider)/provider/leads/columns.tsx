import {
  MoneyCell,
  moneyColumn,
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TimeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { InvoiceLink } from '../../../../components/list/invoice-link.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
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
      cell: (lead) => (
        <RowLink context={context} id={lead.key.id}>
          <bdi title={lead.email}>{leadName(lead)}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    wordColumn(context, { name: 'source', width: 76, head: columns.source, valueOf: ({ source }) => source }),
    wordColumn(context, {
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
      cell: ({ feeMinor, feeCurrency }) => <MoneyCell minor={feeMinor} currency={feeCurrency} />,
    },
    ...(hasScores ? [scoreColumn] : []),
    {
      id: 'converted',
      width: 116,
      head: columns.converted,
      cell: ({ convertedAt }) => <TimeCell at={convertedAt} zone={context.zone} />,
    },
    {
      id: 'invoice',
      width: 116,
      head: columns.invoice,
      cell: (lead) => <Billing lead={lead} isOpen={context.links.invoices} />,
    },
    { ...sortedColumn(context, columns.created), width: 124 },
  ];
}

const scoreColumn: Column<LeadRow> = {
  id: 'score',
  width: 68,
  head: columns.score,
  isNumber: true,
  cell: ({ score }) => score ?? <Nothing />,
};

/** The invoice that bills a converted lead, or that none does. */
export function Billing({ lead, isOpen }: { readonly lead: LeadRow; readonly isOpen: boolean }) {
  if (lead.invoice) return <InvoiceLink orgId={lead.org.id} invoice={lead.invoice} isOpen={isOpen} />;
  if (lead.status !== 'converted') return <Nothing />;
  if (lead.feeMinor === undefined)
    return <StatusBadge tone="warn" label={leads.billings.unpriced} hint={leads.unpricedHint} />;
  return <StatusBadge tone="warn" label={leads.billings.unbilled} />;
}

export function shownStatus({ status, invoice }: LeadRow): Status {
  return status === 'converted' && invoice ? 'invoiced' : status;
}

export function leadName({ company, name, email, id }: LeadRow): string {
  return company ?? name ?? email ?? id;
}
