import { formatCount, formatShort } from '../../format/numbers.ts';
import { formatDuration } from '../../format/times.ts';
import { messages } from '../../messages/en.ts';
import type { DeliveryRow } from '../../services/provider/delivery-row.ts';
import { filterCell, orgCell, rowCell, sortedTime, timeCell } from '../list/cells.tsx';
import type { CellContext } from '../list/cells.tsx';
import { resultBadge } from '../result-badge.tsx';
import type { Column } from '../table/data-table.tsx';
import { routeName } from './route-name.ts';

const { columns } = messages.deliveries;

type ColumnContext = Omit<CellContext, 'links'>;
type Columns = readonly Column<DeliveryRow>[];

/** What the dashboard shows of a delivery. */
export function shortColumns(context: ColumnContext): Columns {
  return [timeColumn(context), orgColumn, typeColumn, resultColumn, tookColumn];
}

/** What the log shows of it. */
export function allColumns(context: ColumnContext): Columns {
  return [
    ...shortColumns(context).slice(0, 4),
    codeColumn,
    tookColumn,
    attemptColumn,
    idColumn('idempotencyKey', 'idempotency', 112, (row) => row.idempotencyKey),
    idColumn('eventId', 'event', 96, (row) => row.eventId),
    directionColumn,
  ];
}

/** Whatever the log has came in: nothing is sent out to organisations by the same way. */
const directionColumn: Column<DeliveryRow> = {
  id: 'direction',
  width: 96,
  isExtra: true,
  head: columns.direction,
  cell: () => messages.deliveries.inbound,
};

function timeColumn(context: ColumnContext): Column<DeliveryRow> {
  return {
    id: 'time',
    width: 144,
    ...sortedTime(context, columns.time),
    cell: ({ at }) => rowCell(timeCell(at, context, 'second')),
  };
}

const orgColumn: Column<DeliveryRow> = {
  id: 'org',
  width: 144,
  head: columns.org,
  cell: ({ org }) => (org ? orgCell(org) : { faint: messages.deliveries.unknownOrg }),
};

const typeColumn: Column<DeliveryRow> = {
  id: 'type',
  width: 146,
  head: columns.type,
  cell: ({ type, route }) => (type === undefined ? { faint: routeName(route) } : filterCell('type', type)),
};

const resultColumn: Column<DeliveryRow> = {
  id: 'result',
  width: 106,
  head: columns.result,
  cell: ({ result }) => filterCell('result', result, resultBadge(result), messages.deliveries.resultHints[result]),
};

const codeColumn: Column<DeliveryRow> = {
  id: 'code',
  width: 144,
  head: columns.code,
  cell: ({ status, code, repeats }) => ({
    several: [
      { faint: String(status) },
      ...(code === undefined ? [] : [filterCell('code', code)]),
      ...(repeats > 1 ? [{ drawn: <Repeats count={repeats} /> }] : []),
    ],
  }),
};

function Repeats({ count }: { readonly count: number }) {
  return (
    <span className="num flex-none text-caption text-fg-3" title={messages.deliveries.repeatsHint(formatCount(count))}>
      {messages.deliveries.repeats(formatShort(count))}
    </span>
  );
}

const tookColumn: Column<DeliveryRow> = {
  id: 'took',
  width: 92,
  head: columns.took,
  hint: messages.deliveries.tookHint,
  isNumber: true,
  cell: ({ tookMs }) => (tookMs === undefined ? undefined : formatDuration(tookMs)),
};

const attemptColumn: Column<DeliveryRow> = {
  id: 'attempt',
  width: 72,
  head: columns.attempt,
  hint: messages.deliveries.attemptHint,
  isNumber: true,
  cell: ({ attempt }) => (attempt === undefined ? undefined : formatCount(attempt)),
};

function idColumn(
  id: 'idempotencyKey' | 'eventId',
  filter: string,
  width: number,
  valueOf: (row: DeliveryRow) => string | undefined,
): Column<DeliveryRow> {
  return {
    id,
    width,
    head: columns[id],
    cell: (row) => {
      const value = valueOf(row);
      return value === undefined ? undefined : filterCell(filter, value, { code: value });
    },
  };
}
