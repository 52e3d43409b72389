import {
  moneyColumn,
  Nothing,
  orgColumn,
  RowLink,
  sortedTime,
  TimeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { InvoiceLink } from '../../../../components/list/invoice-link.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { Time } from '../../../../components/time.tsx';
import { formatCount, formatDecimalText } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { PeriodState } from '../../../../services/provider/usage-list.ts';
import type { BilledAs, PeriodRow } from '../../../../services/provider/usage.service.ts';

const { columns } = usage;

export function periodColumns(context: CellContext): readonly Column<PeriodRow>[] {
  const { zone } = context;
  return [
    {
      id: 'start',
      width: 132,
      ...sortedTime(context, columns.start),
      cell: ({ key }) => (
        <RowLink context={context} id={key.id}>
          <Time at={key.at} zone={zone} style="day" />
        </RowLink>
      ),
    },
    {
      id: 'end',
      isExtra: true,
      width: 116,
      head: columns.end,
      cell: ({ end }) => <TimeCell at={end} zone={zone} style="day" />,
    },
    orgColumn(context),
    wordColumn(context, { name: 'meter', width: 124, head: columns.meter, valueOf: ({ meter }) => meter }),
    {
      id: 'quantity',
      width: 116,
      head: columns.quantity,
      isNumber: true,
      cell: ({ quantity }) => formatDecimalText(quantity),
    },
    {
      id: 'included',
      isExtra: true,
      width: 100,
      head: columns.included,
      isNumber: true,
      cell: ({ billed }) => <Quantity text={billed?.included} />,
    },
    {
      id: 'billable',
      width: 108,
      head: columns.billable,
      isNumber: true,
      cell: ({ billed }) => <Quantity text={billed?.billable} />,
    },
    {
      id: 'price',
      width: 124,
      head: columns.price,
      isNumber: true,
      cell: ({ billed }) => <UnitPrice billed={billed} />,
    },
    ...resultColumns(context),
  ];
}

/** What the window comes to, and where that stands. */
function resultColumns(context: CellContext): readonly Column<PeriodRow>[] {
  return [
    moneyColumn('amount', 124, columns.amount, ({ bookedMinor }) => bookedMinor),
    wordColumn(context, {
      name: 'state',
      width: 112,
      head: columns.state,
      valueOf: ({ state }) => state,
      show: ({ state }) => <PeriodBadge state={state} />,
    }),
    {
      id: 'rated',
      isExtra: true,
      width: 124,
      head: columns.rated,
      cell: ({ ratedAt }) => <TimeCell at={ratedAt} zone={context.zone} />,
    },
    {
      id: 'invoice',
      width: 112,
      head: columns.invoice,
      cell: ({ org, billed }) =>
        billed ? <InvoiceLink orgId={org.id} invoice={billed.invoice} isOpen={context.links.invoices} /> : <Nothing />,
    },
    {
      id: 'rows',
      isExtra: true,
      width: 84,
      head: columns.rows,
      isNumber: true,
      cell: ({ usageRows }) => formatCount(Number(usageRows)),
    },
  ];
}

const tones = { open: 'info', rated: 'ok', invoiced: 'plain', adjusted: 'warn' } as const satisfies Record<
  PeriodState,
  Tone
>;

export function PeriodBadge({ state }: { readonly state: PeriodState }) {
  return <StatusBadge tone={tones[state]} label={usage.states[state]} />;
}

function Quantity({ text }: { readonly text: string | undefined }) {
  return text === undefined ? <Nothing /> : <>{formatDecimalText(text)}</>;
}

/** "0.02", the last tier that was reached, "tier 2 0.02", or what it is the price of where that is no unit: "7.5 a package". */
function UnitPrice({ billed }: { readonly billed: BilledAs | undefined }) {
  if (billed?.unitPrice === undefined) return <Nothing />;
  const words = Object.entries(usage.priceOf).find(([of]) => of === billed.priceOf);
  return (
    <span className="num" title={billed.model}>
      {billed.tier !== undefined && <span className="text-fg-3">{usage.tierShort(billed.tier)} </span>}
      {billed.unitPrice}
      {words && <span className="text-fg-3"> {words[1]}</span>}
    </span>
  );
}
