import type { Route } from 'next';
import { listHref } from '../../lists/list-href.ts';
import { arrange, refreshChoices } from '../../lists/list-layout.ts';
import type { RefreshS } from '../../lists/list-layout.ts';
import type { Density } from '../../preferences/preferences.ts';
import type { Column } from '../table/data-table.tsx';
import { ColumnsMenu } from './columns-menu.tsx';
import { DensitySwitch } from './density-switch.tsx';
import type { Layout } from './open-list.ts';
import { RefreshMenu } from './refresh-menu.tsx';
import { ViewsMenu } from './views-menu.tsx';

interface ListToolsProps {
  /** Names the list. */
  readonly list: string;
  readonly path: Route;
  /** The list without filters. */
  readonly allHref: Route;
  /** The list's parameters, without a view. */
  readonly params: string;
  readonly columns: readonly Pick<Column<never>, 'id' | 'head' | 'label' | 'sorted' | 'isExtra'>[];
  readonly layout: Layout;
  readonly density: Density;
  readonly isRowOpen: boolean;
  readonly refreshes?: readonly RefreshS[] | undefined;
}

/** What stands at the right of every list's filters. */
export function ListTools(props: ListToolsProps) {
  const { list, path, allHref, params, columns, layout, density, isRowOpen, refreshes = refreshChoices } = props;
  const shown = arrange(columns, layout.columns);
  const isShown = new Set(shown.map(({ id }) => id));
  const offered = [...shown, ...columns.filter(({ id }) => !isShown.has(id))].map((column) => ({
    id: column.id,
    label: column.label ?? (typeof column.head === 'string' ? column.head : column.id),
    isShown: isShown.has(column.id),
    isLocked: column.id === columns[0]?.id || column.sorted !== undefined,
  }));
  const opened = layout.opened && { id: layout.opened.id, hasColumns: layout.opened.columns.length > 0 };
  const kept = new URLSearchParams(params);
  if (opened && !opened.hasColumns) kept.set('view', opened.id);
  return (
    <>
      <ViewsMenu
        list={list}
        path={path}
        allHref={allHref}
        params={params}
        columns={layout.columns}
        views={layout.views}
        opened={layout.opened}
        isChanged={layout.isChanged}
      />
      <ColumnsMenu list={list} columns={offered} href={listHref(path, kept)} />
      <DensitySwitch density={density} />
      {refreshes.length > 0 && (
        <RefreshMenu list={list} everyS={layout.refreshS} choices={refreshes} isPaused={isRowOpen} />
      )}
    </>
  );
}
