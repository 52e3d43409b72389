import type { Route } from 'next';
import type { ReactNode } from 'react';
import { BulkBar } from '../../../../components/bulk/bulk-bar.tsx';
import { SelectionProvider } from '../../../../components/bulk/selection.tsx';
import { Card } from '../../../../components/card.tsx';
import { CsvLink } from '../../../../components/charts/csv-link.tsx';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { FailedPart } from '../../../../components/failed-part.tsx';
import { FilterBar } from '../../../../components/filters/filter-bar.tsx';
import type { FilterBarProps } from '../../../../components/filters/filter-bar.tsx';
import { Pager } from '../../../../components/table/pager.tsx';
import { TableSkeleton } from '../../../../components/table/table-skeleton.tsx';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { Failed } from '../../../../server/tried.ts';
import type { Count } from '../../../../services/provider/list-page.ts';
import { pageOf, matching } from './asked.ts';
import type { Asked } from './asked.ts';
import { ChosenCsv } from './chosen-csv.tsx';
import { SimpleTable } from './simple-table.tsx';
import type { SimpleTableProps } from './simple-table.tsx';

interface ShortFilterProps {
  readonly path: Route;
  readonly asked: Asked;
  readonly lists?: FilterBarProps['lists'];
}

/** Words that all short lists of a page are narrowed by, and its other filters. */
export function ShortFilter({ path, asked: { q, filters }, lists = [] }: ShortFilterProps) {
  const { search, searchLabel } = settings;
  return (
    <FilterBar
      path={path}
      params={filters.toString()}
      search={{ label: searchLabel, placeholder: search, value: q }}
      lists={lists}
      hasFilters={filters.size > 0}
    />
  );
}

/** What every list of the settings is told. */
export interface SettingsListProps<Row> extends Omit<SimpleTableProps<Row>, 'bulk' | 'rows'> {
  readonly path: Route;
  readonly asked: Asked;
  /** Of its page in the URL, and of its file. */
  readonly name: string;
  /** What names a row to whoever chooses it. */
  readonly label: (row: Row) => string;
  /** What is said where there is nothing at all. */
  readonly empty: { readonly title: string; readonly text: string };
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

interface ShortListProps<Row> extends SettingsListProps<Row> {
  readonly rows: readonly Row[] | Failed;
}

/** A list that is short enough to be read whole: narrowed by words, in pages, rows to choose, and as a file of all that match. */
export function ShortList<Row>({ rows, ...props }: ShortListProps<Row>) {
  const { asked, name, columns, rowId } = props;
  if (rows instanceof Failed) return <FailedList {...props} failed={rows} />;
  const told = columns.filter(({ text }) => text !== undefined);
  const heads = told.map(({ head }) => head);
  const cells = (row: Row) => told.map(({ text }) => text?.(row) ?? '');
  const found = matching(rows, asked.q, (row) => cells(row).join('\n'));
  const page = pageOf(found, asked, name);
  return (
    <ListCard
      {...props}
      page={{
        rows: page.rows,
        offset: page.offset,
        count: { value: found.length, isCapped: false },
        previous: page.number > 1 ? String(page.number - 1) : undefined,
        next: page.hasNext ? String(page.number + 1) : undefined,
      }}
      file={<CsvLink rows={[heads, ...found.map(cells)]} fileName={name} className="" />}
      chosen={
        <ChosenCsv heads={heads} rows={found.map((row) => ({ id: rowId(row), cells: cells(row) }))} fileName={name} />
      }
    />
  );
}

/** A list that could not be read, where it would stand. */
export function FailedList({ caption, failed }: { readonly caption: string; readonly failed: Failed }) {
  return (
    <Card title={caption}>
      <FailedPart label={caption} failed={failed} skeleton={<TableSkeleton />} />
    </Card>
  );
}

interface ListCardProps<Row> extends SettingsListProps<Row> {
  readonly page: {
    readonly rows: readonly Row[];
    readonly offset: number | undefined;
    readonly count: Count;
    /** Places of the neighbouring pages, as the URL has them. */
    readonly previous: string | undefined;
    readonly next: string | undefined;
  };
  /** All rows as a file. */
  readonly file: ReactNode;
  /** What can be done with those that are chosen. */
  readonly chosen: ReactNode;
}

/** Table, pages and files of a list of the settings, however it is read. */
export function ListCard<Row>(props: ListCardProps<Row>) {
  const { path, asked, name, empty, page, file, chosen, label, aside, children, ...table } = props;
  const { rows, offset, count, previous, next } = page;
  const { size, filters } = asked;
  const hrefOf = (changes: Readonly<Record<string, string | undefined>>) =>
    listHref(path, changeParams(asked.params, changes));
  const placed = (place: string | undefined) => (place === undefined ? undefined : hrefOf({ [name]: place }));
  const bar = (
    <BulkBar total={count.value} isCapped={count.isCapped}>
      {chosen}
    </BulkBar>
  );
  return (
    <Card
      title={table.caption}
      aside={
        <span className="flex items-center gap-3">
          {aside}
          {rows.length > 0 && file}
        </span>
      }
    >
      <SelectionProvider pageIds={rows.map(table.rowId)} params={filters.toString()} total={count.value}>
        {rows.length === 0 ? (
          <NoRows empty={empty} path={path} hasFilters={filters.size > 0} />
        ) : (
          <SimpleTable {...table} rows={rows} bulk={{ label, bar }} />
        )}
      </SelectionProvider>
      {(count.value > size || previous !== undefined || next !== undefined) && (
        <Pager
          shown={rows.length}
          offset={offset}
          count={count}
          size={size}
          sizeHref={(one) => hrefOf({ size: String(one), [name]: undefined })}
          previous={placed(previous)}
          next={placed(next)}
        />
      )}
      {children}
    </Card>
  );
}

interface NoRowsProps {
  readonly empty: { readonly title: string; readonly text: string };
  readonly path: Route;
  readonly hasFilters: boolean;
}

/** That nothing is there yet is another thing than that nothing matches. */
function NoRows({ empty, path, hasFilters }: NoRowsProps) {
  if (!hasFilters) return <EmptyState title={empty.title} text={empty.text} />;
  const action = { href: path, label: messages.lists.clear };
  return <EmptyState title={settings.noMatch} text={settings.noMatchText} action={action} />;
}
