import {
  CellLink,
  MoneyCell,
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TextCell,
  TimeCell,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import type { LeadStatus } from '../../../../services/provider/leads-list.ts';
import type { LeadRow } from '../../../../services/provider/leads.service.ts';

const { columns } = leads;

export function leadColumns(context: CellContext): readonly Column<LeadRow>[] {
  return [
    {
      id: 'lead',
      width: 180,
      head: columns.lead,
      cell: (lead) => (
        <RowLink context={context} id={lead.key.id}>
          <bdi title={lead.email}>{leadName(lead)}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    {
      id: 'source',
      width: 92,
      head: columns.source,
      cell: ({ source }) =>
        source === undefined ? (
          <Nothing />
        ) : (
          <CellLink context={context} name="source" value={source} column={columns.source}>
            <bdi>{source}</bdi>
          </CellLink>
        ),
    },
    {
      id: 'status',
      width: 124,
      head: columns.status,
      cell: ({ status }) => (
        <CellLink context={context} name="status" value={status} column={columns.status}>
          <LeadBadge status={status} />
        </CellLink>
      ),
    },
    {
      id: 'value',
      width: 128,
      head: columns.value,
      isNumber: true,
      cell: ({ valueMinor, currency }) => <MoneyCell minor={valueMinor} currency={currency} />,
    },
    {
      id: 'fee',
      width: 108,
      head: columns.fee,
      isNumber: true,
      cell: ({ feeMinor, feeCurrency }) => <MoneyCell minor={feeMinor} currency={feeCurrency} />,
    },
    {
      id: 'converted',
      width: 120,
      head: columns.converted,
      cell: ({ convertedAt }) => <TimeCell at={convertedAt} zone={context.zone} />,
    },
    { id: 'invoice', width: 108, head: columns.invoice, cell: (lead) => <Billing lead={lead} /> },
    sortedColumn(context, columns.created),
  ];
}

const tones = {
  new: 'info',
  contacted: 'info',
  qualified: 'info',
  converted: 'ok',
  disqualified: 'plain',
} as const satisfies Record<LeadStatus, Tone>;

export function LeadBadge({ status }: { readonly status: LeadStatus }) {
  return <StatusBadge tone={tones[status]} label={leads.statuses[status]} />;
}

/** The invoice that bills a converted lead, or that none does. */
export function Billing({ lead }: { readonly lead: LeadRow }) {
  if (lead.invoice) return <TextCell text={lead.invoice.number ?? leads.draft} />;
  if (lead.status !== 'converted') return <Nothing />;
  if (lead.feeMinor === undefined)
    return <StatusBadge tone="warn" label={leads.billings.unpriced} hint={leads.unpricedHint} />;
  return <StatusBadge tone="warn" label={leads.billings.unbilled} />;
}

export function leadName({ company, name, email, id }: LeadRow): string {
  return company ?? name ?? email ?? id;
}
