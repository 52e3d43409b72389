import { Download } from 'lucide-react';
import type { Route } from 'next';
import type { ReactNode } from 'react';
import { formatCapped } from '../../format/numbers.ts';
import { listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import type { Page } from '../../services/provider/list-page.ts';
import type { RowKey } from '../../services/provider/list-source.ts';
import { EmptyState } from '../empty-state.tsx';
import { Dropped } from '../filters/dropped.tsx';
import { FilterBar } from '../filters/filter-bar.tsx';
import type { FilterBarProps } from '../filters/filter-bar.tsx';
import { rangeOf } from '../filters/range-of.ts';
import { KpiStrip } from '../kpi/kpi-strip.tsx';
import { PageHead } from '../page-head.tsx';
import { SectionBoundary } from '../section-error.tsx';
import { DataTable } from '../table/data-table.tsx';
import type { Column } from '../table/data-table.tsx';
import { Pager } from '../table/pager.tsx';
import type { CellContext } from './cells.tsx';
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
  readonly texts?: FilterBarProps['texts'];
  readonly columns: (context: CellContext) => readonly Column<Row>[];
  readonly exportPath?: Route;
  /** Other lists of the same section. */
  readonly tabs?: ReactNode;
  /** Stands between the figures and the filters. */
  readonly children?: ReactNode;
  readonly panel?: ReactNode;
}

/** Figures, filters, rows: one list of the portal, whatever it lists. */
export function ListPage<F, Row extends { readonly key: RowKey }>(props: ListPageProps<F, Row>) {
  const { copy, view, list, kpis, search, filters, texts, exportPath, tabs, children, panel } = props;
  const { query, params } = view;
  return (
    <>
      <PageHead title={copy.title} purpose={copy.purpose} through={{ at: list.through, zone: query.zone }}>
        {exportPath && <ExportLink href={listHref(exportPath, params)} />}
      </PageHead>
      {tabs}
      <SectionBoundary label={copy.figures}>
        <KpiStrip label={copy.figures}>{kpis}</KpiStrip>
      </SectionBoundary>
      {children}
      <div className="flex flex-col gap-3">
        <FilterBar
          path={view.path}
          params={params.toString()}
          search={{ label: copy.searchLabel, placeholder: copy.search, value: search }}
          range={rangeOf(query.range, query.zone, view.at)}
          lists={filters}
          texts={texts}
          hasFilters={query.hasFilters}
        />
        <Dropped names={query.dropped} />
        <Rows {...props} />
      </div>
      {panel}
    </>
  );
}

function Rows<F, Row extends { readonly key: RowKey }>({ copy, view, sortKey, list, columns }: ListPageProps<F, Row>) {
  const { query, openId, preferences, path, params } = view;
  if (list.rows.length === 0) {
    const action = { href: path, label: messages.lists.clear };
    return (
      <div className="card">
        <p role="status" className="sr-only">
          {copy.found('0')}
        </p>
        {query.hasFilters ? (
          <EmptyState title={copy.noMatch} text={messages.lists.noMatchText} action={action} />
        ) : (
          <EmptyState title={copy.empty} text={copy.emptyText} />
        )}
      </div>
    );
  }
  const sort = query.direction === 'asc' ? undefined : sortKey;
  const context: CellContext = {
    path,
    params,
    zone: query.zone,
    now: list.through,
    rowHref: (id) => rowHref(view, id),
    sort: { direction: query.direction, href: changed(view, { sort }) },
  };
  return (
    <div className="card">
      <p role="status" className="sr-only">
        {copy.found(formatCapped(list.count))}
      </p>
      <DataTable
        caption={copy.caption}
        columns={columns(context)}
        rows={list.rows}
        rowId={({ key }) => key.id}
        openId={openId}
        density={preferences.density}
      />
      <Pager
        shown={list.rows.length}
        offset={list.offset}
        count={list.count}
        size={query.size}
        sizeHref={(size) => changed(view, { size: size === 50 ? undefined : String(size) })}
        previous={list.previous === undefined ? undefined : changed(view, { before: list.previous })}
        next={list.next === undefined ? undefined : changed(view, { after: list.next })}
      />
    </div>
  );
}

function ExportLink({ href }: { readonly href: string }) {
  return (
    <a href={href} download title={messages.lists.exportHint} className="button button-small">
      <Download size={14} strokeWidth={1.75} aria-hidden="true" />
      {messages.lists.exportCsv}
    </a>
  );
}
