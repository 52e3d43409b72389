import type { Metadata } from 'next';
import { requireAccess } from '../../../../../../auth/current-staff.ts';
import { Dropped } from '../../../../../../components/filters/dropped.tsx';
import { FilterBar } from '../../../../../../components/filters/filter-bar.tsx';
import { PageHead } from '../../../../../../components/page-head.tsx';
import { formatCapped } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import { paths } from '../../../../../../paths.ts';
import { readPreferences } from '../../../../../../preferences/read-preferences.ts';
import { now } from '../../../../../../server/now.ts';
import { parseDeliveriesQuery } from '../../../../../../services/provider/deliveries-query.ts';
import { deliveriesParams } from '../../../../../../services/provider/deliveries-url.ts';
import { replayedMax } from '../../../../../../services/provider/federation-replay-list.ts';
import { newestReplays } from '../../../../../../services/provider/federation-replay.service.ts';
import { countMatching } from '../../../../../../services/provider/federation.service.ts';
import { namesOfOrgs } from '../../../../../../services/provider/orgs.service.ts';
import { deliveryFilters } from '../../log/delivery-filters.ts';
import { FederationTabs } from '../../tabs.tsx';
import { ChooseIds, PlanButton } from '../choose.tsx';
import { ReplayRuns } from '../runs.tsx';
import { part } from '../../../../../../components/part.tsx';
import { SectionBoundary } from '../../../../../../components/section-error.tsx';
import { TableSkeleton } from '../../../../../../components/table/table-skeleton.tsx';
import { offered } from '../../../../../../server/tried.ts';

export const metadata: Metadata = { title: replays.title };

/** What is chosen where the address says nothing: what was rejected in the last day. */
const fallback = { result: 'rejected', from: '24h' };

export default async function Replay({ searchParams }: PageProps<'/provider/federation/replay'>) {
  const staff = await requireAccess('federation');
  const [asked, preferences] = await Promise.all([searchParams, readPreferences()]);
  const { zone } = preferences;
  const at = now();
  const query = parseDeliveriesQuery(Object.keys(asked).length === 0 ? fallback : asked, { zone, now: at });
  const params = deliveriesParams(query, zone);
  const [orgs, runs, count] = await Promise.all([
    namesOfOrgs(staff, 'federation', query.orgs),
    part(newestReplays(staff), <TableSkeleton />, (rows) => (
      <ReplayRuns runs={rows} preferences={preferences} now={at} />
    )),
    offered(countMatching(staff, query)),
  ]);
  const { choose } = replays;
  return (
    <>
      <PageHead title={replays.title} purpose={replays.purpose} through={{ at, zone }} />
      <FederationTabs current="replay" />
      <section aria-labelledby="choose" className="card flex flex-col gap-4 p-4">
        <h2 id="choose" className="text-card">
          {choose.title}
        </h2>
        <div className="flex flex-col gap-3">
          <div>
            <h3 className="font-medium">{choose.byFilter}</h3>
            <p className="text-fg-2">{choose.filterText}</p>
          </div>
          <FilterBar path={paths.replay} params={params.toString()} {...deliveryFilters(query, orgs, at)} />
          <Dropped names={query.dropped} />
          <div className="flex flex-wrap items-center gap-3">
            <PlanButton params={params.toString()} />
            <p role="status" className="num text-fg-2">
              {count && choose.matching(formatCapped(count))}
            </p>
          </div>
        </div>
        <ChooseIds max={replayedMax} />
      </section>
      <SectionBoundary label={replays.runs}>{runs}</SectionBoundary>
    </>
  );
}
