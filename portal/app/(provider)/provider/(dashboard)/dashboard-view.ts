import 'server-only';
import type { Preferences } from '../../../../preferences/preferences.ts';
import type { Staff } from '../../../../auth/session.ts';
import type { ListQuery } from '../../../../lists/define-list.ts';
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
}

/** The same filters as Analytics reads them. */
export function analyticsQueryOf({ query: { params }, at }: DashboardView): AnalyticsQuery {
  return analyticsList.parse(Object.fromEntries(new URLSearchParams(params)), { zone: 'UTC', now: at });
}
