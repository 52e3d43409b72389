import { expect } from 'vitest';
import type { Staff } from '#portal/auth/session';
import type { Kpi } from '#portal/components/kpi/kpi';
import type { ListView } from '#portal/components/list/list-view';
import type { ListDefinition, ListQuery } from '#portal/lists/define-list';
import { presetWindow } from '#portal/lists/windows';
import type { Window } from '#portal/lists/windows';
import { StoredPreferences } from '#portal/preferences/preferences-schema';
import type { Page } from '#portal/services/provider/list-page';
import type { RowKey } from '#portal/services/provider/list-source';
import { staffOf } from './portal-base.ts';

export type Params = Readonly<Record<string, string>>;
export type Keyed = { readonly key: RowKey };

/** A list of the portal, with what its table is to give. */
export interface Listed {
  readonly name: string;
  readonly path: string;
  readonly sortKey: string;
  readonly oracle: (where: string, direction: 'asc' | 'desc') => string;
  /** Filters of its URL and the rows that they mean. */
  readonly filters: readonly (readonly [params: Params, where: string])[];
  /** Values of filters that only take away from what an index gives. */
  readonly plannedApart: readonly string[];
  /** A row that is newer than all. */
  readonly add: string;
  readonly read: (params: Params, now: number) => Promise<Page<Keyed>>;
  readonly get: (id: string) => Promise<Keyed | undefined>;
  readonly figures: (params: Params, now: number) => Promise<readonly Kpi[]>;
}

interface Told<F, S> extends Pick<Listed, 'name' | 'oracle' | 'filters' | 'add'> {
  readonly plannedApart?: readonly string[];
  readonly path: ListView<F>['path'];
  readonly list: ListDefinition<F>;
  readonly read: (staff: Staff, query: ListQuery<F>) => Promise<Page<Keyed>>;
  readonly get: (staff: Staff, id: string) => Promise<Keyed | undefined>;
  readonly summarize: (staff: Staff, query: ListQuery<F>, window: Window) => Promise<S>;
  readonly kpis: (view: ListView<F>, summary: S) => readonly Kpi[];
}

export const provider = staffOf('provider');

export function listed<F, S>({ list, path, read, get, summarize, kpis, ...told }: Told<F, S>): Listed {
  const parse = (params: Params, now: number) => {
    const query = list.parse(params, { zone: 'UTC', now });
    expect(query.dropped).toEqual([]);
    return query;
  };
  return {
    plannedApart: [],
    ...told,
    path,
    sortKey: list.sortKey,
    read: (params, now) => read(provider, parse(params, now)),
    get: (id) => get(provider, id),
    figures: async (params, now) => {
      const query = parse(params, now);
      const window = query.range?.window ?? presetWindow('30d', now, 'UTC');
      const windowed = new URLSearchParams(query.params);
      if (!query.range) windowed.set('from', '30d');
      const preferences = StoredPreferences.parse({ theme: 'paper' });
      const layout = { columns: [], refreshS: 0, views: [], opened: undefined, isChanged: false } as const;
      const own = {
        params: new URLSearchParams(query.params),
        openId: undefined,
        isWhole: false,
        span: undefined,
        layout,
        links: { invoices: true, log: true, entriesOf: () => true },
        name: path,
        allHref: path,
      };
      const view = { ...own, path, query, windowed, window, at: now, preferences };
      return kpis(view, await summarize(provider, query, window));
    },
  };
}

export function ordered(table: string, at: string, id: string, shown = `org_id || ':' || ${id}`) {
  return (where: string, way: 'asc' | 'desc') =>
    `select ${shown} as id from ${table} t where ${where} order by ${at} ${way}, org_id ${way}, ${id} ${way}`;
}
