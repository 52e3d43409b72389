import { trends } from '../../../../metrics/trends.ts';
import { orgFilter, valueFilter } from '../../../../components/list/list-filters.ts';
import type { FilterBarProps } from '../../../../components/filters/filter-bar.tsx';
import type { Staff } from '../../../../auth/session.ts';
import { streams } from '#domain/billing/streams';
import { analytics } from '../../../../messages/en-analytics.ts';
import { listAnalyticsWords, metricsFor } from '../../../../services/provider/analytics.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { offered } from '../../../../server/tried.ts';
import type { AnalyticsQuery } from '../../../../services/provider/analytics-query.ts';

type Filter = FilterBarProps['lists'][number];
export type FilterName = 'metric' | 'stream' | 'source' | 'plan' | 'org';

/** The filters of a page, of those that all pages know. */
export async function analyticsFilters(
  staff: Staff,
  { filters }: AnalyticsQuery,
  names: readonly FilterName[],
): Promise<readonly Filter[]> {
  const [orgs, words] = await Promise.all([
    namesOfOrgs(staff, 'analytics', filters.orgs),
    offered(listAnalyticsWords(staff)),
  ]);
  const labels = analytics.filters;
  const all: Record<FilterName, Filter> = {
    metric: {
      name: 'metric',
      label: labels.metric,
      options: metricsFor(staff).map((id) => ({ value: id, label: trends[id].label })),
      selected: filters.metrics,
    },
    stream: {
      name: 'stream',
      label: labels.stream,
      options: streams.map((stream) => ({ value: stream, label: analytics.streams[stream] })),
      selected: filters.streams,
    },
    source: valueFilter('source', labels.source, words?.sources, filters.sources),
    plan: valueFilter('plan', labels.plan, words?.plans, filters.plans),
    org: orgFilter(orgs, filters.orgs),
  };
  return names.map((name) => all[name]);
}
