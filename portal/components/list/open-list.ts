import 'server-only';
import type { Route } from 'next';
import { listHref } from '../../lists/list-href.ts';
import type { ListLayout, SavedView } from '../../lists/list-layout.ts';
import { systemViews } from '../../lists/system-views.ts';
import type { RawParams } from '../../lists/url-grammar.ts';
import type { CalendarDay } from '../../lists/zones.ts';
import { requireStaff } from '../../auth/current-staff.ts';
import { readLayout } from '../../services/provider/views.service.ts';
import { messages } from '../../messages/en.ts';

/** A view of a list as its menu offers it. */
export interface OfferedView extends Pick<SavedView, 'id' | 'name' | 'isShared' | 'isOwn' | 'params' | 'columns'> {
  readonly isSystem: boolean;
  /** Whose it is, of those that others share. */
  readonly by: string | undefined;
  readonly href: Route;
}

/** How a list is to look, and the views that it can be opened as. */
export interface Layout extends Pick<ListLayout, 'columns' | 'refreshS'> {
  readonly views: readonly OfferedView[];
  /** The view that the address names. */
  readonly opened: OfferedView | undefined;
  /** Whether the parameters are no longer that view's. */
  readonly isChanged: boolean;
}

/** Where a list is. */
export interface ListPlace {
  readonly path: Route;
  /** Names it, where its path is one of many that are alike. */
  readonly name?: string;
  /** Parameters that say whose list it is: what they are is not a view's to say. */
  readonly fixed?: readonly string[];
}

const place = new Set(['view', 'row', 'tab', 'whole', 'after', 'before']);

function offeredViews(
  path: Route,
  layout: ListLayout,
  today: CalendarDay,
  told: readonly (readonly [string, string])[],
): readonly OfferedView[] {
  const names: Readonly<Record<string, string>> = messages.views.names;
  const system = Object.entries(systemViews(path)).map(([id, paramsOf]) => ({
    id,
    name: names[id] ?? id,
    isShared: false,
    isOwn: false,
    params: new URLSearchParams(paramsOf(today)).toString(),
    columns: [],
  }));
  return [
    ...system.map((view) => ({ ...view, isSystem: true, by: undefined })),
    ...layout.views.map((view) => ({ ...view, isSystem: false, by: view.isOwn ? undefined : view.by })),
  ]
    .map((view) => ({ ...view, params: withTold(view.params, told) }))
    .map((view) => ({ ...view, href: hrefOf(path, view) }));
}

function withTold(params: string, told: readonly (readonly [string, string])[]): string {
  const whole = new URLSearchParams(params);
  for (const [name, value] of told) whole.set(name, value);
  return whole.toString();
}

/**
 * A list as its address opens it, for the member whose request this is. `?view=` alone brings the view's parameters; beside others it only
 * says which view they began as.
 */
export async function openList<Q extends { readonly dropped: readonly string[] }>(
  { path, name = path, fixed = [] }: ListPlace,
  raw: RawParams,
  today: CalendarDay,
  list: { readonly parse: (params: RawParams) => Q; readonly write: (query: Q) => string },
): Promise<{ readonly query: Q; readonly layout: Layout }> {
  const kept = await readLayout(await requireStaff(), name);
  const told = fixed.flatMap((one) => {
    const value = raw[one];
    return typeof value === 'string' ? [[one, value] as const] : [];
  });
  const views = offeredViews(path, kept, today, told);
  const opened = views.find(({ id }) => id === raw['view']);
  const own = opened && Object.fromEntries(new URLSearchParams(opened.params));
  const isBare = Object.keys(raw).every((one) => place.has(one));
  const query = list.parse(own && isBare ? { ...own, ...raw } : raw);
  const layout = {
    columns: opened && opened.columns.length > 0 ? opened.columns : kept.columns,
    refreshS: kept.refreshS,
    views,
    opened,
    isChanged: own !== undefined && list.write(list.parse(own)) !== list.write(query),
  };
  const isUnknown = raw['view'] !== undefined && !opened;
  return { query: isUnknown ? { ...query, dropped: [...query.dropped, 'view'] } : query, layout };
}

function hrefOf(path: Route, { id, params }: Pick<SavedView, 'id' | 'params'>): Route {
  const whole = new URLSearchParams(params);
  whole.set('view', id);
  return listHref(path, whole);
}
