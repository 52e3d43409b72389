import type { ReactNode } from 'react';
import type { Staff } from '../../../../auth/session.ts';
import { CardSkeleton } from '../../../../components/card.tsx';
import { FailedPart } from '../../../../components/failed-part.tsx';
import type { Failed } from '../../../../server/tried.ts';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { Dropped, Notice } from '../../../../components/filters/dropped.tsx';
import { FilterBar } from '../../../../components/filters/filter-bar.tsx';
import type { FilterBarProps } from '../../../../components/filters/filter-bar.tsx';
import { rangeOf } from '../../../../components/filters/range-of.ts';
import { figures } from '../../../../components/list/figures.tsx';
import { KpiStrip } from '../../../../components/kpi/kpi-strip.tsx';
import { Tabs } from '../../../../components/list/tabs.tsx';
import { PageHead } from '../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { Stale } from '../../../../components/stale.tsx';
import { formatInstant } from '../../../../format/times.ts';
import { plusDays, startOfUtcDay, utcDay } from '../../../../lists/buckets.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { analytics } from '../../../../messages/en-analytics.ts';
import { messages } from '../../../../messages/en.ts';
import { analyticsMetrics } from '../../../../metrics/overview.ts';
import { offered } from '../../../../server/tried.ts';
import { paths } from '../../../../paths.ts';
import { readAnalyticsFigures, readFiguresThrough } from '../../../../services/provider/analytics.service.ts';
import type { AnalyticsView } from './analytics-view.ts';
import { analyticsKpis } from './kpis.ts';

const tabs = [
  { name: 'trends', path: paths.analytics },
  { name: 'funnel', path: paths.analyticsFunnel },
  { name: 'cohorts', path: paths.analyticsCohorts },
  { name: 'mix', path: paths.analyticsMix },
] as const;

const { revenue, perOrg, conversion, retention } = analyticsMetrics;
const shown = { revenue, perOrg, conversion, retention };

interface FrameProps {
  readonly staff: Staff;
  readonly view: AnalyticsView;
  readonly filters: FilterBarProps['lists'];
  /** What else can be chosen, at the right of the filters. */
  readonly choices: ReactNode;
  readonly notice?: string | undefined;
  readonly children: ReactNode;
}

/** What the four pages share: head, tabs, figures, filters. A filter goes along from tab to tab. */
export async function AnalyticsFrame({ staff, view, filters, choices, notice, children }: FrameProps) {
  const { query, at, path, zone } = view;
  const [through, kpis] = await Promise.all([
    offered(readFiguresThrough(staff)),
    figures(readAnalyticsFigures(staff, query, at), shown, (read) => analyticsKpis(query, read)),
  ]);
  return (
    <>
      <PageHead
        title={analytics.titles[tabs.find((tab) => tab.path === path)?.name ?? 'trends']}
        purpose={analytics.purpose}
        {...(through !== undefined && { through: { at: through, zone, now: at } })}
      />
      <Tabs
        label={analytics.tabsLabel}
        tabs={tabs.map((tab) => ({
          href: listHref(tab.path, changeParams(query.params, {})),
          label: analytics.tabs[tab.name],
          isCurrent: tab.path === path,
        }))}
      />
      <Stale through={through} at={at} zone={zone} />
      <SectionBoundary label={analytics.figures}>
        <KpiStrip label={analytics.figures}>{kpis}</KpiStrip>
      </SectionBoundary>
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <FilterBar
            path={path}
            params={query.params}
            range={rangeOf(query.range, 'UTC', at)}
            lists={filters}
            hasFilters={query.hasFilters}
          />
          <div className="flex flex-wrap items-center gap-x-5 gap-y-2">{choices}</div>
        </div>
        <Dropped names={query.dropped} />
        {notice && <Notice text={notice} />}
      </div>
      {children}
    </>
  );
}

/** A page whose figures over time could not be read: all else of it stands. */
export function FailedShape({ failed, ...frame }: Omit<FrameProps, 'children'> & { readonly failed: Failed }) {
  const label = analytics.tabsLabel;
  return (
    <AnalyticsFrame {...frame}>
      <FailedPart label={label} failed={failed} skeleton={<CardSkeleton />} />
    </AnalyticsFrame>
  );
}

/** Where there is no history, when the first figure will be there; what filters leave out is not awaited. */
export function NoHistory({
  view: { query, path, at },
  days,
}: {
  readonly view: AnalyticsView;
  readonly days: number;
}) {
  const first = formatInstant(startOfUtcDay(plusDays(utcDay(at), days)), 'UTC', 'day');
  return (
    <div className="card">
      {query.hasFilters ? (
        <EmptyState
          title={analytics.noMatch}
          text={messages.lists.noMatchText}
          action={{ href: path, label: messages.lists.clear }}
        />
      ) : (
        <EmptyState title={analytics.empty} text={analytics.emptyFirst(first)} />
      )}
    </div>
  );
}
