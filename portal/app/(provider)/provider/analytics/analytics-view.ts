import 'server-only';
import type { Route } from 'next';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import type { RawParams } from '../../../../lists/url-grammar.ts';
import { readPreferences } from '../../../../preferences/read-preferences.ts';
import { now } from '../../../../server/now.ts';
import { analyticsList } from '../../../../services/provider/analytics-query.ts';
import type { AnalyticsQuery } from '../../../../services/provider/analytics-query.ts';

/** One page of Analytics as its URL asks for it. Days are UTC's, as those of the roll-ups are. */
export interface AnalyticsView {
  readonly path: Route;
  readonly query: AnalyticsQuery;
  readonly at: number;
  readonly zone: string;
}

export async function readAnalyticsView(path: Route, searchParams: Promise<RawParams>): Promise<AnalyticsView> {
  const [raw, { zone }] = await Promise.all([searchParams, readPreferences()]);
  const at = now();
  return { path, query: analyticsList.parse(raw, { zone: 'UTC', now: at }), at, zone };
}

export function changedView(view: AnalyticsView, changes: Readonly<Record<string, string | undefined>>): Route {
  return listHref(view.path, changeParams(view.query.params, changes));
}
