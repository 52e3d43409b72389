import type { Route } from 'next';
import type { ReactNode } from 'react';
import { Card } from '../../../../components/card.tsx';
import { CsvLink } from '../../../../components/charts/csv-link.tsx';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { FilterBar } from '../../../../components/filters/filter-bar.tsx';
import type { FilterBarProps } from '../../../../components/filters/filter-bar.tsx';
import { Pager } from '../../../../components/table/pager.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { pageOf, matching } from './asked.ts';
import type { Asked } from './asked.ts';
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

interface ShortListProps<Row> extends SimpleTableProps<Row> {
  readonly path: Route;
  readonly asked: Asked;
  /** Of its page in the URL, and of its file. */
  readonly name: string;
  /** What is said where there is nothing at all. */
  readonly empty: { readonly title: string; readonly text: string };
  /** How many rows have the words, where it is the database that looked for them. */
  readonly total?: number;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** A list that is short enough to be read whole: narrowed by words, in pages, and as a file of all that match. What is not read of it is told. */
export function ShortList<Row>(props: ShortListProps<Row>) {
  const { path, asked, name, empty, total, aside, children, ...table } = props;
  const { caption, columns, rows } = table;
  const told = columns.filter(({ text }) => text !== undefined);
  const cells = (row: Row) => told.map(({ text }) => text?.(row) ?? '');
  const found = total === undefined ? matching(rows, asked.q, (row) => cells(row).join('\n')) : rows;
  const page = pageOf(found, asked, name);
  const hrefOf = (changes: Readonly<Record<string, string | undefined>>) =>
    listHref(path, changeParams(asked.params, changes));
  return (
    <Card
      title={caption}
      aside={
        <span className="flex items-center gap-3">
          {aside}
          {found.length > 0 && (
            <CsvLink rows={[told.map(({ head }) => head), ...found.map(cells)]} fileName={name} className="" />
          )}
        </span>
      }
    >
      {found.length === 0 ? (
        <NoRows empty={empty} path={path} hasFilters={asked.filters.size > 0} />
      ) : (
        <SimpleTable {...table} rows={page.rows} />
      )}
      {found.length > page.size && (
        <Pager
          shown={page.rows.length}
          offset={page.offset}
          count={{ value: found.length, isCapped: false }}
          size={page.size}
          sizeHref={(size) => hrefOf({ size: String(size), [name]: undefined })}
          previous={page.number > 1 ? hrefOf({ [name]: String(page.number - 1) }) : undefined}
          next={page.hasNext ? hrefOf({ [name]: String(page.number + 1) }) : undefined}
        />
      )}
      {total !== undefined && total > rows.length && (
        <p role="status" className="num border-t border-line px-4 py-3 text-caption text-fg-2">
          {settings.onlyFirst(formatCount(rows.length), formatCount(total))}
        </p>
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
