import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatMoney, nothing } from '../../format/numbers.ts';
import { zoneLabel } from '../../format/times.ts';
import { changeParams, listHref, wholeHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import type { Column } from '../table/data-table.tsx';
import { TableLink } from '../table/table-link.tsx';
import type { Links } from './list-view.ts';
import { Time } from '../time.tsx';

/** What the cells of a list know of it. */
export interface CellContext {
  readonly path: Route;
  /** The list's parameters, to which a cell adds its value. */
  readonly params: URLSearchParams;
  readonly zone: string;
  readonly now: number;
  readonly links: Links;
  readonly rowHref: (id: string) => Route;
  readonly sort: { readonly direction: 'asc' | 'desc'; readonly href: Route } | undefined;
}

interface SortHeadProps {
  readonly label: string;
  readonly direction: 'asc' | 'desc';
  readonly href: Route;
}

export function SortHead({ label, direction, href }: SortHeadProps) {
  const Icon = direction === 'asc' ? ArrowUp : ArrowDown;
  const words = direction === 'asc' ? messages.lists.sortNewest : messages.lists.sortOldest;
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      title={words}
      className="inline-flex items-center gap-1 rounded-nav text-fg hover:underline"
    >
      {label}
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
    </Link>
  );
}

/** The instant that the list is ordered by. */
export function sortedTime(
  context: Pick<CellContext, 'zone' | 'now' | 'sort'>,
  label: string,
): Pick<Column<never>, 'head' | 'label' | 'sorted'> {
  const head = `${label} (${zoneLabel(context.zone, context.now)})`;
  const { sort } = context;
  if (!sort) return { head };
  return {
    label,
    head: <SortHead label={head} direction={sort.direction} href={sort.href} />,
    sorted: sort.direction === 'asc' ? 'ascending' : 'descending',
  };
}

/** The cell that is the row's own link: followed by its table it opens the row beside the list, elsewhere as a page of its own. */
export function RowLink({
  context,
  id,
  children,
}: {
  readonly context: CellContext;
  readonly id: string;
  readonly children: ReactNode;
}) {
  return (
    <TableLink href={wholeHref(context.rowHref(id))} data-row={id} className="row-link block truncate">
      {children}
    </TableLink>
  );
}

interface CellLinkProps {
  readonly context: Pick<CellContext, 'path' | 'params'>;
  readonly name: string;
  readonly value: string;
  readonly column: string;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A value that becomes a filter. The filter bar is its keyboard path, so that fifty rows are not two hundred tab stops. */
export function CellLink({ context, name, value, column, title, children }: CellLinkProps) {
  return (
    <TableLink
      href={listHref(context.path, changeParams(context.params, { [name]: value }))}
      tabIndex={-1}
      title={title ?? messages.lists.filterBy(column, value)}
      className="cell-link"
    >
      {children}
    </TableLink>
  );
}

export interface OrgRef {
  readonly id: string;
  readonly name: string;
}

export function OrgCell({ context, org }: { readonly context: CellContext; readonly org: OrgRef }) {
  return (
    <CellLink
      context={context}
      name="org"
      value={org.id}
      column={messages.lists.organisation}
      title={`${org.name} (${org.id})`}
    >
      <bdi>{org.name}</bdi>
    </CellLink>
  );
}

export function Nothing() {
  return <span className="text-fg-3">{nothing}</span>;
}

/** Text of a tenant: whatever it holds stays one line of text. */
export function TextCell({ text }: { readonly text: string | undefined }) {
  if (text === undefined || text === '') return <Nothing />;
  return (
    <bdi className="block truncate" title={text}>
      {text}
    </bdi>
  );
}

export function MoneyCell({
  minor,
  currency,
}: {
  readonly minor: bigint | undefined;
  readonly currency: string | undefined;
}) {
  return minor === undefined ? (
    <Nothing />
  ) : (
    <span className="num" title={formatMoney(minor, currency)}>
      {formatMoney(minor, currency)}
    </span>
  );
}

interface TimeCellProps {
  readonly at: number | undefined;
  readonly zone: string;
  readonly style?: 'second' | 'minute' | 'day';
}

export function TimeCell({ at, zone, style = 'minute' }: TimeCellProps) {
  return at === undefined ? <Nothing /> : <Time at={at} zone={zone} style={style} />;
}

export function IdCell({ id }: { readonly id: string | undefined }) {
  if (id === undefined) return <Nothing />;
  return (
    <code className="block truncate font-mono text-code text-fg-2" title={id}>
      {id}
    </code>
  );
}

/** The columns that every list of tenants' things has. */
export function orgColumn<Row extends { readonly org: OrgRef }>(context: CellContext): Column<Row> {
  return {
    id: 'org',
    width: 140,
    head: messages.lists.organisation,
    cell: ({ org }) => <OrgCell context={context} org={org} />,
  };
}

export function sortedColumn<Row extends { readonly key: { readonly at: number } }>(
  context: CellContext,
  label: string,
): Column<Row> {
  return {
    id: 'sorted',
    width: 140,
    ...sortedTime(context, label),
    cell: ({ key }) => <Time at={key.at} zone={context.zone} style="minute" />,
  };
}

interface WordColumn<Row> {
  /** The filter's name in the URL. */
  readonly name: string;
  readonly width: number;
  readonly head: string;
  readonly valueOf: (row: Row) => string | undefined;
  readonly show?: (row: Row) => ReactNode;
}

/** A column whose values are filters. */
export function wordColumn<Row>(context: CellContext, told: WordColumn<Row>): Column<Row> {
  const { name, width, head, valueOf, show } = told;
  return {
    id: name,
    width,
    head,
    cell: (row) => {
      const value = valueOf(row);
      if (value === undefined) return <Nothing />;
      return (
        <CellLink context={context} name={name} value={value} column={head}>
          {show ? show(row) : <bdi>{value}</bdi>}
        </CellLink>
      );
    },
  };
}

/** A column of figures, right-aligned and never cut. */
export function numberColumn<Row>(
  id: string,
  width: number,
  head: string,
  textOf: (row: Row) => string | undefined,
): Column<Row> {
  return {
    id,
    width,
    head,
    isNumber: true,
    text: (row) => textOf(row) ?? '',
    cell: (row) => textOf(row) ?? <Nothing />,
  };
}

/** A column of amounts, right-aligned. */
export function moneyColumn<Row extends { readonly currency: string | undefined }>(
  id: string,
  width: number,
  head: string,
  minorOf: (row: Row) => bigint | undefined,
): Column<Row> {
  const textOf = (row: Row) => {
    const minor = minorOf(row);
    return minor === undefined ? undefined : formatMoney(minor, row.currency);
  };
  const cell = (row: Row) => <MoneyCell minor={minorOf(row)} currency={row.currency} />;
  return { ...numberColumn(id, width, head, textOf), cell };
}
