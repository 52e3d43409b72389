import {
  moneyColumn,
  orgColumn,
  rowCell,
  sortedTime,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { invoiceCell } from '../../../../components/list/invoice-link.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../components/status-badge.tsx';
import type { Cell } from '../../../../components/table/cell.ts';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatCount, formatDecimalText } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { PeriodState } from '../../../../services/provider/usage-list.ts';
import type { BilledAs, PeriodRow } from '../../../../services/provider/usage.service.ts';

const { columns } = usage;

export function periodColumns(context: CellContext): readonly Column<PeriodRow>[] {
  return [
    {
      id: 'start',
      width: 132,
      ...sortedTime(context, columns.start),
      cell: ({ key }) => rowCell(timeCell(key.at, context, 'day')),
    },
    {
      id: 'end',
      isExtra: true,
      width: 116,
      head: columns.end,
      cell: ({ end }) => timeCell(end, context, 'day'),
    },
    orgColumn(),
    wordColumn({ name: 'meter', width: 124, head: columns.meter, valueOf: ({ meter }) => meter }),
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
      cell: ({ billed }) => quantityText(billed?.included),
    },
    {
      id: 'billable',
      width: 108,
      head: columns.billable,
      isNumber: true,
      cell: ({ billed }) => quantityText(billed?.billable),
    },
    {
      id: 'price',
      width: 124,
      head: columns.price,
      isNumber: true,
      cell: ({ billed }) => priceCell(billed),
    },
    ...resultColumns(context),
  ];
}

/** What the window comes to, and where that stands. */
function resultColumns(context: CellContext): readonly Column<PeriodRow>[] {
  return [
    moneyColumn('amount', 124, columns.amount, ({ bookedMinor }) => bookedMinor),
    wordColumn({
      name: 'state',
      width: 112,
      head: columns.state,
      valueOf: ({ state }) => state,
      show: ({ state }) => periodBadge(state),
    }),
    {
      id: 'rated',
      isExtra: true,
      width: 124,
      head: columns.rated,
      cell: ({ ratedAt }) => timeCell(ratedAt, context),
    },
    {
      id: 'invoice',
      width: 112,
      head: columns.invoice,
      cell: ({ org, billed }) => billed && invoiceCell(org.id, billed.invoice, context.links.invoices),
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
  return <StatusBadge {...periodBadge(state)} />;
}

function periodBadge(state: PeriodState): Badge {
  return { tone: tones[state], label: usage.states[state] };
}

function quantityText(text: string | undefined): string | undefined {
  return text === undefined ? undefined : formatDecimalText(text);
}

/** "0.02", the last tier that was reached, "tier 2 0.02", or what it is the price of where that is no unit: "7.5 a package". */
function priceCell(billed: BilledAs | undefined): Cell {
  if (billed?.unitPrice === undefined) return undefined;
  const words = Object.entries(usage.priceOf).find(([of]) => of === billed.priceOf);
  return (
    <span title={billed.model}>
      {billed.tier !== undefined && <span className="text-fg-3">{usage.tierShort(billed.tier)} </span>}
      {billed.unitPrice}
      {words && <span className="text-fg-3"> {words[1]}</span>}
    </span>
  );
}
