import 'server-only';
import type { Route } from 'next';
import { can } from '../../auth/access.ts';
import { requireStaff } from '../../auth/current-staff.ts';
import { encodeCursor } from '../../lists/cursor.ts';
import type { ListDefinition, ListQuery } from '../../lists/define-list.ts';
import { changeParams, listHref } from '../../lists/list-href.ts';
import type { RawParams } from '../../lists/url-grammar.ts';
import { presetWindow } from '../../lists/windows.ts';
import type { Preset, Window } from '../../lists/windows.ts';
import { dayOf } from '../../lists/zones.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { readPreferences } from '../../preferences/read-preferences.ts';
import { now } from '../../server/now.ts';
import { mayReadEntriesOf } from '../../services/provider/audit-entries.ts';
import { openList } from './open-list.ts';
import type { Layout, ListPlace } from './open-list.ts';

/** A list as its URL asks for it. */
export interface ListView<F> {
  readonly path: Route;
  /** By which its layout and its views are kept. */
  readonly name: string;
  /** The list without filters. */
  readonly allHref: Route;
  readonly query: ListQuery<F>;
  readonly params: URLSearchParams;
  readonly openId: string | undefined;
  /** The open row stands alone, without its list. */
  readonly isWhole: boolean;
  readonly at: number;
  readonly preferences: Preferences;
  /** What the figures are of: the chosen range, or where none is chosen the page's own. */
  readonly window: Window;
  /** The parameters with that window in them: what a figure links to. */
  readonly windowed: URLSearchParams;
  readonly span: Preset | undefined;
  readonly layout: Layout;
  readonly links: Links;
}

/** What the member may follow a link to. */
export interface Links {
  readonly invoices: boolean;
  /** The webhook log. */
  readonly log: boolean;
  /** What the audit log has of things of a kind. */
  readonly entriesOf: (kind: string) => boolean;
}

export async function readView<F>(
  list: ListDefinition<F>,
  path: Route,
  searchParams: Promise<RawParams>,
  fallback: Preset,
  { name = path, fixed = [] }: Omit<ListPlace, 'path'> = {},
): Promise<ListView<F>> {
  const [raw, preferences, staff] = await Promise.all([searchParams, readPreferences(), requireStaff()]);
  const at = now();
  const { query, layout } = await openList({ path, name, fixed }, raw, dayOf(at, preferences.zone), {
    parse: (told) => list.parse(told, { zone: preferences.zone, now: at }),
    write: (told) => told.params,
  });
  const params = new URLSearchParams(query.params);
  const all = new URLSearchParams([...params].filter(([one]) => fixed.includes(one)));
  const hasFilters = query.hasFilters && [...params.keys()].some((one) => !fixed.includes(one) && !ofOrder.has(one));
  const windowed = new URLSearchParams(params);
  if (layout.opened) params.set('view', layout.opened.id);
  if (!query.range) windowed.set('from', fallback);
  return {
    path,
    name,
    allHref: listHref(path, all),
    query: { ...query, hasFilters },
    params,
    openId: typeof raw['row'] === 'string' ? raw['row'] : undefined,
    isWhole: raw['row'] !== undefined && raw['whole'] === '1',
    at,
    preferences,
    window: query.range?.window ?? presetWindow(fallback, at, query.zone),
    windowed,
    span: query.range ? query.range.preset : fallback,
    layout,
    links: {
      invoices: can(staff, 'billing'),
      log: can(staff, 'federation'),
      entriesOf: (kind) => mayReadEntriesOf(staff, kind),
    },
  };
}

const ofOrder = new Set(['tz', 'sort', 'size']);

export function changed<F>(
  { path, params }: Pick<ListView<F>, 'path' | 'params'>,
  changes: Readonly<Record<string, string | undefined>>,
): Route {
  return listHref(path, changeParams(params, changes));
}

/** This page of the list, with a row open, or none. */
export function rowHref<F>(view: Pick<ListView<F>, 'path' | 'params' | 'query'>, row: string | undefined): Route {
  const { cursor, isBefore, scope } = view.query;
  const place = cursor && { [isBefore ? 'before' : 'after']: encodeCursor(cursor, scope) };
  return changed(view, { ...place, row });
}
