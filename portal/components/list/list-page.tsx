import type { Route } from 'next';
import type { ReactNode } from 'react';
import { formatCapped } from '../../format/numbers.ts';
import { arrange } from '../../lists/list-layout.ts';
import type { RefreshS } from '../../lists/list-layout.ts';
import { presets } from '../../lists/windows.ts';
import { messages } from '../../messages/en.ts';
import type { Page } from '../../services/provider/list-page.ts';
import type { RowKey } from '../../services/provider/list-source.ts';
import { RowMenu } from '../actions/row-menu.tsx';
import { BulkBar } from '../bulk/bulk-bar.tsx';
import { ExportChosen } from '../bulk/export-chosen.tsx';
import { SelectionProvider } from '../bulk/selection.tsx';
import { EmptyState } from '../empty-state.tsx';
import { FailedPart } from '../failed-part.tsx';
import { Dropped } from '../filters/dropped.tsx';
import { FilterBar } from '../filters/filter-bar.tsx';
import type { FilterBarProps } from '../filters/filter-bar.tsx';
import { rangeOf } from '../filters/range-of.ts';
import { KpiStrip } from '../kpi/kpi-strip.tsx';
import { PageHead } from '../page-head.tsx';
import { SectionBoundary } from '../section-error.tsx';
import type { CellPlace } from '../table/cell.ts';
import { DataTable } from '../table/data-table.tsx';
import type { Column } from '../table/data-table.tsx';
import { OptimisticRows } from '../table/optimistic-rows.tsx';
import { Pager } from '../table/pager.tsx';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import type { CellContext } from './cells.tsx';
import { ExportMenu } from './export-menu.tsx';
import { ListTools } from './list-tools.tsx';
import { changed, rowHref } from './list-view.ts';
import type { ListView } from './list-view.ts';

/** What one list says in words of its own. */
export interface ListCopy {
  readonly title: string;
  readonly purpose: string;
  readonly figures: string;
  readonly caption: string;
  readonly search: string;
  readonly searchLabel: string;
  readonly empty: string;
  readonly emptyText: string;
  readonly noMatch: string;
  readonly found: (total: string) => string;
}

interface ListPageProps<F, Row> {
  readonly copy: ListCopy;
  readonly view: ListView<F>;
  readonly sortKey: string;
  readonly list: Page<Row>;
  readonly kpis: ReactNode;
  readonly search: string | undefined;
  readonly filters: FilterBarProps['lists'];
  readonly ranges?: FilterBarProps['ranges'];
  readonly texts?: FilterBarProps['texts'];
  readonly columns: (context: CellContext) => readonly Column<Row>[];
  readonly exportPath: Route;
  /** What can be done with a row, in its last column; what is not told is to open it and to copy its id. */
  readonly rowMenu?: (row: Row) => ReactNode;
  readonly idOf?: (row: Row) => string | undefined;
  /** Rows can be chosen: what names one, and what can be done with those that are, beside taking them as a file. */
  readonly bulk: {
    readonly label: (row: Row) => string;
    readonly actions?: ReactNode;
    /** Which version of a row stands there: what is ordered of one that is another by then is skipped. */
    readonly version?: (row: Row) => number;
    /** What a write of all that match is told, where that is not the list's own URL. */
    readonly params?: string;
    /** Which list's file has the chosen rows, where that is not the list's own. */
    readonly file?: Route;
  };
  /** What to do where there is nothing yet; nothing to do is good news on some pages. */
  readonly emptyAction?: ReactNode;
  /** Stands last in the head: what the page is for doing. */
  readonly actions?: ReactNode;
  /** Other lists of the same section. */
  readonly tabs?: ReactNode;
  /** Stands between the figures and the filters. */
  readonly children?: ReactNode;
  readonly panel?: ReactNode;
  /** How often it may be read again by itself, where not each of the usual choices makes sense. */
  readonly refreshes?: readonly RefreshS[];
}

/** Figures, filters, rows: one list of the portal, whatever it lists. */
export function ListPage<F, Row extends { readonly key: RowKey }>(props: ListPageProps<F, Row>) {
  const { copy, view, list, kpis, search, filters, ranges, texts, tabs, children, panel, refreshes, bulk } = props;
  const { query, params } = view;
  if (view.isWhole)
    return (
      <Selectable params={query.params} list={list} versions={undefined}>
        {panel}
      </Selectable>
    );
  const columns = props.columns(contextOf(props));
  return (
    <Selectable params={bulk.params ?? query.params} list={list} versions={versionsOf(list, bulk.version)}>
      <Head {...props} />
      {tabs}
      <SectionBoundary label={copy.figures}>
        <KpiStrip label={copy.figures}>{kpis}</KpiStrip>
      </SectionBoundary>
      {children}
      <div className="flex flex-col gap-3">
        <FilterBar
          path={view.path}
          list={view.name}
          allHref={view.allHref}
          params={params.toString()}
          search={{ label: copy.searchLabel, placeholder: copy.search, value: search }}
          range={rangeOf(query.range, query.zone, view.at)}
          lists={filters}
          ranges={ranges}
          texts={texts}
          hasFilters={query.hasFilters}
        >
          <ListTools
            list={view.name}
            path={view.path}
            allHref={view.allHref}
            params={query.params}
            columns={columns}
            layout={view.layout}
            density={view.preferences.density}
            isRowOpen={view.openId !== undefined}
            refreshes={refreshes}
          />
        </FilterBar>
        <Dropped names={query.dropped} />
        <Rows {...props} shown={arrange(columns, view.layout.columns)} />
      </div>
      {panel}
    </Selectable>
  );
}

function Head<F, Row>({
  copy,
  view: { query },
  list,
  exportPath,
  actions,
}: Pick<ListPageProps<F, Row>, 'copy' | 'view' | 'list' | 'exportPath' | 'actions'>) {
  const through = { at: list.through, zone: query.zone };
  return (
    <PageHead title={copy.title} purpose={copy.purpose} {...(!list.failed && { through })}>
      <ExportMenu path={exportPath} params={query.params} zone={query.zone} presets={presetNames} />
      {actions}
    </PageHead>
  );
}

interface SelectableProps {
  /** The filters that all matching rows are picked by. */
  readonly params: string;
  readonly list: Page<{ readonly key: RowKey }>;
  readonly versions: Readonly<Record<string, number>> | undefined;
  readonly children: ReactNode;
}

/** What rows and panel share: which rows are chosen, and what actions under way will make of them. */
function Selectable({ params, list, versions, children }: SelectableProps) {
  const pageIds = list.rows.map(({ key }) => key.id);
  return (
    <SelectionProvider pageIds={pageIds} versions={versions} params={params} total={list.count.value}>
      <OptimisticRows>{children}</OptimisticRows>
    </SelectionProvider>
  );
}

function versionsOf<Row extends { readonly key: RowKey }>(
  list: Page<Row>,
  version: ((row: Row) => number) | undefined,
) {
  return version && Object.fromEntries(list.rows.map((row) => [row.key.id, version(row)]));
}

export const presetNames = presets.map((value) => ({ value, label: messages.presets[value] }));

function contextOf<F, Row>({ view, sortKey, list }: ListPageProps<F, Row>): CellContext {
  const { query, preferences, links } = view;
  const sort = query.direction === 'asc' ? undefined : sortKey;
  return {
    zone: query.zone,
    preferences,
    now: list.through,
    links,
    sort: { direction: query.direction, href: changed(view, { sort }) },
  };
}

interface RowsProps<F, Row> extends Pick<
  ListPageProps<F, Row>,
  'copy' | 'view' | 'list' | 'rowMenu' | 'idOf' | 'bulk' | 'exportPath' | 'emptyAction'
> {
  readonly shown: readonly Column<Row>[];
}

function Rows<F, Row extends { readonly key: RowKey }>(props: RowsProps<F, Row>) {
  const { copy, view, list, shown, rowMenu = plainMenu(props), bulk, exportPath, emptyAction } = props;
  const { query, openId, preferences, allHref } = view;
  if (list.failed) return <FailedPart label={copy.caption} failed={list.failed} skeleton={<TableSkeleton />} />;
  if (list.rows.length === 0) {
    return (
      <NoRows copy={copy} allHref={allHref} hasFilters={query.hasFilters}>
        {emptyAction}
      </NoRows>
    );
  }
  const { value: total, isCapped } = list.count;
  const bar = (
    <BulkBar total={total} isCapped={isCapped}>
      {bulk.actions}
      <ExportChosen path={bulk.file ?? exportPath} />
    </BulkBar>
  );
  return (
    <div className="card">
      <p role="status" className="sr-only">
        {copy.found(formatCapped(list.count))}
      </p>
      <DataTable
        caption={copy.caption}
        columns={shown}
        rows={list.rows}
        rowId={({ key }) => key.id}
        label={bulk.label}
        place={placeOf(view)}
        openId={openId}
        preferences={preferences}
        bar={bar}
        rowMenu={rowMenu}
      />
      <Pager
        shown={list.rows.length}
        offset={list.offset}
        count={list.count}
        sums={list.sums}
        unsummed={list.unsummed}
        size={query.size}
        sizeHref={(size) => changed(view, { size: size === 50 ? undefined : String(size) })}
        previous={list.previous === undefined ? undefined : changed(view, { before: list.previous })}
        next={list.next === undefined ? undefined : changed(view, { after: list.next })}
      />
    </div>
  );
}

function placeOf<F>(view: ListView<F>): CellPlace {
  return { path: view.path, params: view.params.toString(), page: rowHref(view, undefined), zone: view.query.zone };
}

function plainMenu<F, Row>({ bulk, idOf }: Pick<RowsProps<F, Row>, 'bulk' | 'idOf'>) {
  return function PlainMenu(row: Row) {
    return <RowMenu label={bulk.label(row)} copied={idOf?.(row)} />;
  };
}

interface NoRowsProps {
  readonly copy: ListCopy;
  readonly allHref: Route;
  readonly hasFilters: boolean;
  readonly children: ReactNode;
}

function NoRows({ copy, allHref, hasFilters, children }: NoRowsProps) {
  const action = { href: allHref, label: messages.lists.clear };
  return (
    <div className="card">
      <p role="status" className="sr-only">
        {copy.found('0')}
      </p>
      {hasFilters ? (
        <EmptyState title={copy.noMatch} text={messages.lists.noMatchText} action={action} />
      ) : (
        <EmptyState title={copy.empty} text={copy.emptyText}>
          {children}
        </EmptyState>
      )}
    </div>
  );
}
