import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import { formatMoney } from '../../format/numbers.ts';
import { zonedHead } from '../../format/times.ts';
import { joinWords } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { Nothing } from '../nothing.tsx';
import { toldCell } from '../table/cell.ts';
import type { Cell, ToldCell } from '../table/cell.ts';
import type { Column } from '../table/data-table.tsx';
import { instantOf, Time } from '../time.tsx';
import type { Links } from './list-view.ts';

/** What the cells of a list know of it. */
export interface CellContext {
  readonly zone: string;
  readonly preferences: Preferences;
  readonly now: number;
  readonly links: Links;
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
  const head = zonedHead(label, context.zone, context.now);
  const { sort } = context;
  if (!sort) return { head };
  return {
    label,
    head: <SortHead label={head} direction={sort.direction} href={sort.href} />,
    sorted: sort.direction === 'asc' ? 'ascending' : 'descending',
  };
}

/** The cell that is the row's own link: followed by its table it opens the row beside the list, elsewhere as a page of its own. */
export function rowCell(says: Cell, hint?: string): ToldCell {
  return { row: toldCell(says), ...(hint !== undefined && { hint }) };
}

/** A value that becomes a filter, in words of ours where it has any. */
export function filterCell(filter: string, value: string, says: Cell = value, hint?: string): ToldCell {
  return { filter, value, says: toldCell(says), ...(hint !== undefined && { hint }) };
}

export interface OrgRef {
  readonly id: string;
  readonly name: string;
}

export function orgCell({ id, name }: OrgRef): ToldCell {
  return filterCell('org', id, name, `${name} (${id})`);
}

/** Text of a tenant: whatever it holds stays one line of text. */
export function textCell(text: string | undefined): ToldCell {
  return text === undefined || text === '' ? undefined : { text };
}

export function idCell(code: string | undefined): ToldCell {
  return code === undefined ? undefined : { code };
}

export type InZone = Pick<CellContext, 'zone' | 'preferences'>;

export function timeCell(
  at: number | undefined,
  { zone, preferences }: InZone,
  style: 'second' | 'minute' | 'day' = 'minute',
): ToldCell {
  return at === undefined ? undefined : instantOf({ at, zone, style }, preferences);
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

/** The columns that every list of tenants' things has. */
export function orgColumn<Row extends { readonly org: OrgRef }>(): Column<Row> {
  return { id: 'org', width: 140, head: messages.lists.organisation, cell: ({ org }) => orgCell(org) };
}

export function sortedColumn<Row extends { readonly key: { readonly at: number } }>(
  context: CellContext,
  label: string,
): Column<Row> {
  return {
    id: 'sorted',
    width: 140,
    ...sortedTime(context, label),
    cell: ({ key }) => timeCell(key.at, context),
  };
}

interface WordColumn<Row> {
  /** The filter's name in the URL. */
  readonly name: string;
  readonly width: number;
  readonly head: string;
  readonly valueOf: (row: Row) => string | undefined;
  readonly show?: (row: Row) => Cell;
}

/** A column whose values are filters. */
export function wordColumn<Row>({ name, width, head, valueOf, show }: WordColumn<Row>): Column<Row> {
  return {
    id: name,
    width,
    head,
    cell: (row) => {
      const value = valueOf(row);
      return value === undefined ? undefined : wordCell(name, head, value, show?.(row));
    },
  };
}

function wordCell(name: string, head: string, value: string, says: Cell = value): ToldCell {
  const written = joinWords([value]);
  return filterCell(name, written, says, written === value ? undefined : messages.lists.filterBy(head, value));
}

/** A column of figures, right-aligned and never cut. */
export function numberColumn<Row>(
  id: string,
  width: number,
  head: string,
  textOf: (row: Row) => string | undefined,
): Column<Row> {
  return { id, width, head, isNumber: true, text: (row) => textOf(row) ?? '', cell: textOf };
}

/** A column of amounts, right-aligned. */
export function moneyColumn<Row extends { readonly currency: string | undefined }>(
  id: string,
  width: number,
  head: string,
  minorOf: (row: Row) => bigint | undefined,
): Column<Row> {
  return numberColumn(id, width, head, (row) => moneyText(minorOf(row), row.currency));
}

export function moneyText(minor: bigint | undefined, currency: string | undefined): string | undefined {
  return minor === undefined ? undefined : formatMoney(minor, currency);
}
