import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { unrated } from '../../../../../messages/en-usage.ts';
import { unratedMetrics } from '../../../../../metrics/usage.ts';
import { paths } from '../../../../../paths.ts';
import { unratedList, unratedReasons } from '../../../../../services/provider/usage-list.ts';
import {
  getUnrated,
  listUnrated,
  listUnratedMeters,
  summarizeUnrated,
} from '../../../../../services/provider/unrated.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { unratedColumns } from './columns.tsx';
import { unratedKpis } from './kpis.ts';
import { UnratedPanel } from './panel.tsx';
import { UsageTabs } from '../tabs.tsx';
import { RateUnrated } from '../usage-bulk.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: unrated.title };

export default async function UnratedUsage({ searchParams }: PageProps<'/provider/usage/unrated'>) {
  const staff = await requireAccess('usage');
  const view = await readView(unratedList, paths.usageUnrated, searchParams, 'mtd');
  const { query, openId } = view;
  const [list, detail, orgs, meters, kpis] = await Promise.all([
    triedPage(listUnrated(staff, query)),
    openId === undefined ? undefined : tried(getUnrated(staff, openId)),
    namesOfOrgs(staff, 'usage', query.filters.orgs),
    offered(listUnratedMeters(staff)),
    figures(summarizeUnrated(staff, query), unratedMetrics, (summary) => unratedKpis(view, summary)),
  ]);
  const { filters } = query;
  return (
    <ListPage
      copy={unrated}
      view={view}
      sortKey={unratedList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<UsageTabs current="unrated" />}
      search={filters.q}
      filters={[
        wordFilter('reason', unrated.reason, unratedReasons, unrated.reasons, filters.reasons),
        valueFilter('meter', unrated.columns.meter, meters, filters.meters),
        orgFilter(orgs, filters.orgs),
      ]}
      columns={unratedColumns}
      bulk={{ label: ({ meter }) => meter, actions: can(staff, 'usage', 'rerate') && <RateUnrated /> }}
      exportPath={paths.unratedExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.meter}
          title={(row) => <bdi className="truncate">{row.meter}</bdi>}
        >
          {(row) => <UnratedPanel row={row} zone={query.zone} />}
        </ListPanel>
      }
    />
  );
}
