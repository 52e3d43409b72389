import type { Route } from 'next';
import { formatCount, formatShort, nothing } from '../../format/numbers.ts';
import { formatDuration, zoneLabel } from '../../format/times.ts';
import { wholeHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { DeliveryRow } from '../../services/provider/delivery-row.ts';
import { CellLink, SortHead } from '../list/cells.tsx';
import { ResultBadge } from '../result-badge.tsx';
import type { Column } from '../table/data-table.tsx';
import { TableLink } from '../table/table-link.tsx';
import { Time } from '../time.tsx';
import { routeName } from './route-name.ts';

const { columns } = messages.deliveries;

export interface ColumnContext {
  readonly zone: string;
  readonly now: number;
  /** The list's parameters, to which a cell adds its value. */
  readonly params: URLSearchParams;
  readonly rowHref: (row: DeliveryRow) => Route;
  readonly sort: { readonly direction: 'asc' | 'desc'; readonly href: Route } | undefined;
}

type Columns = readonly Column<DeliveryRow>[];

/** What the dashboard shows of a delivery. */
export function shortColumns(context: ColumnContext): Columns {
  return [timeColumn(context), orgColumn(context), typeColumn(context), resultColumn(context), tookColumn()];
}

/** What the log shows of it. */
export function allColumns(context: ColumnContext): Columns {
  return [
    ...shortColumns(context).slice(0, 4),
    codeColumn(context),
    tookColumn(),
    attemptColumn(),
    idColumn(context, 'idempotencyKey', 'idempotency', 112, (row) => row.idempotencyKey),
    idColumn(context, 'eventId', 'event', 96, (row) => row.eventId),
    directionColumn(),
  ];
}

/** Whatever the log has came in: nothing is sent out to organisations by the same way. */
function directionColumn(): Column<DeliveryRow> {
  return {
    id: 'direction',
    width: 96,
    isExtra: true,
    head: columns.direction,
    cell: () => <span className="text-fg-2">{messages.deliveries.inbound}</span>,
  };
}

function timeColumn({ zone, now, rowHref, sort }: ColumnContext): Column<DeliveryRow> {
  const head = `${columns.time} (${zoneLabel(zone, now)})`;
  return {
    id: 'time',
    width: 144,
    label: columns.time,
    head: sort ? <SortHead label={head} direction={sort.direction} href={sort.href} /> : head,
    ...(sort && { sorted: sort.direction === 'asc' ? ('ascending' as const) : ('descending' as const) }),
    cell: (row) => (
      <TableLink href={wholeHref(rowHref(row))} data-row={row.id} className="row-link">
        <Time at={row.at} zone={zone} />
      </TableLink>
    ),
  };
}

function orgColumn(context: ColumnContext): Column<DeliveryRow> {
  return {
    id: 'org',
    width: 144,
    head: columns.org,
    cell: ({ org }) =>
      org ? (
        <CellLink
          context={{ path: paths.deliveryLog, params: context.params }}
          name="org"
          value={org.id}
          column={columns.org}
          title={`${org.name} (${org.id})`}
        >
          <bdi>{org.name}</bdi>
        </CellLink>
      ) : (
        <span className="text-fg-3">{messages.deliveries.unknownOrg}</span>
      ),
  };
}

function typeColumn(context: ColumnContext): Column<DeliveryRow> {
  return {
    id: 'type',
    width: 146,
    head: columns.type,
    cell: ({ type, route }) =>
      type === undefined ? (
        <span className="text-fg-3">{routeName(route)}</span>
      ) : (
        <CellLink
          context={{ path: paths.deliveryLog, params: context.params }}
          name="type"
          value={type}
          column={columns.type}
        >
          {type}
        </CellLink>
      ),
  };
}

function resultColumn(context: ColumnContext): Column<DeliveryRow> {
  return {
    id: 'result',
    width: 106,
    head: columns.result,
    cell: ({ result }) => (
      <CellLink
        context={{ path: paths.deliveryLog, params: context.params }}
        name="result"
        value={result}
        column={columns.result}
        title={messages.deliveries.resultHints[result]}
      >
        <ResultBadge result={result} />
      </CellLink>
    ),
  };
}

function codeColumn(context: ColumnContext): Column<DeliveryRow> {
  return {
    id: 'code',
    width: 144,
    head: columns.code,
    cell: ({ status, code, repeats }) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <span className="num flex-none text-fg-3">{status}</span>
        {code !== undefined && (
          <CellLink
            context={{ path: paths.deliveryLog, params: context.params }}
            name="code"
            value={code}
            column={columns.code}
          >
            <span className="block truncate">{code}</span>
          </CellLink>
        )}
        {repeats > 1 && (
          <span
            className="num flex-none text-caption text-fg-3"
            title={messages.deliveries.repeatsHint(formatCount(repeats))}
          >
            {messages.deliveries.repeats(formatShort(repeats))}
          </span>
        )}
      </span>
    ),
  };
}

function tookColumn(): Column<DeliveryRow> {
  return {
    id: 'took',
    width: 92,
    head: columns.took,
    hint: messages.deliveries.tookHint,
    isNumber: true,
    cell: ({ tookMs }) => (
      <span className={tookMs === undefined ? 'text-fg-3' : undefined}>{formatDuration(tookMs)}</span>
    ),
  };
}

function attemptColumn(): Column<DeliveryRow> {
  return {
    id: 'attempt',
    width: 72,
    head: columns.attempt,
    hint: messages.deliveries.attemptHint,
    isNumber: true,
    cell: ({ attempt }) =>
      attempt === undefined ? <span className="text-fg-3">{nothing}</span> : formatCount(attempt),
  };
}

function idColumn(
  context: ColumnContext,
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
      return value === undefined ? (
        <span className="text-fg-3">{nothing}</span>
      ) : (
        <CellLink
          context={{ path: paths.deliveryLog, params: context.params }}
          name={filter}
          value={value}
          column={columns[id]}
        >
          <code className="font-mono text-code text-fg-2">{value}</code>
        </CellLink>
      );
    },
  };
}
