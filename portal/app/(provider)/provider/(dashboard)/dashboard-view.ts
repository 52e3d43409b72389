import 'server-only';
import type { Preferences } from '../../../../preferences/preferences.ts';
import type { Staff } from '../../../../auth/session.ts';
import type { ListQuery } from '../../../../lists/define-list.ts';
import { changeParams } from '../../../../lists/list-href.ts';
import { presetWindow } from '../../../../lists/windows.ts';
import type { Preset, Window } from '../../../../lists/windows.ts';
import { messages } from '../../../../messages/en.ts';
import type { Scope } from '../../../../metrics/metric.ts';
import type { MixTold } from '../../../../services/provider/analytics-shapes.service.ts';
import { analyticsList } from '../../../../services/provider/analytics-query.ts';
import type { AnalyticsQuery } from '../../../../services/provider/analytics-query.ts';
import type { dashboardList } from '../../../../services/provider/dashboard.service.ts';

export type DashboardFilters = ReturnType<typeof dashboardList.parse>['filters'];

/** Who looks at what. */
export interface DashboardView {
  readonly staff: Staff;
  readonly query: ListQuery<DashboardFilters>;
  readonly preferences: Preferences;
  readonly at: number;
  /** Twelve months by stream; undefined for whoever sees no money. */
  readonly mix: Promise<MixTold> | undefined;
}

/** What a windowed figure is of, and how the list that it links to says so. */
export interface Windowed {
  readonly window: Window;
  readonly scope: Scope;
  /** Compared with, in words. */
  readonly span: string;
  readonly isChosen: boolean;
}

/** The chosen range, or else the figure's own, of UTC days and months. */
export function windowedBy({ query, at }: Pick<DashboardView, 'query' | 'at'>, own: Preset): Windowed {
  const { range, params } = query;
  const told = new URLSearchParams(params);
  const preset = range ? range.preset : own;
  return {
    window: range?.window ?? presetWindow(own, at, 'UTC'),
    scope: { params: told, windowed: range ? told : changeParams(told, { from: own, tz: 'UTC' }) },
    span: preset ? messages.lists.previousSpans[preset] : messages.lists.previousSpan,
    isChosen: range !== undefined,
  };
}

/** The same filters as Analytics reads them. */
export function analyticsQueryOf({ query: { params }, at }: Pick<DashboardView, 'query' | 'at'>): AnalyticsQuery {
  return analyticsList.parse(Object.fromEntries(new URLSearchParams(params)), { zone: 'UTC', now: at });
}
