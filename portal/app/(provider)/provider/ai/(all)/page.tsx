import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../../components/card.tsx';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter } from '../../../../../components/list/list-filters.ts';
import { OpenKeys } from '../../../../../components/list/open-keys.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { part } from '../../../../../components/part.tsx';
import { presetWindow } from '../../../../../lists/windows.ts';
import { utc } from '../../../../../lists/zones.ts';
import { ai } from '../../../../../messages/en-ai.ts';
import { aiMetrics } from '../../../../../metrics/usage.ts';
import { paths } from '../../../../../paths.ts';
import { newestAiAlerts } from '../../../../../services/provider/ai-alerts.service.ts';
import { listFeatureUse, summarizeAi } from '../../../../../services/provider/ai-figures.service.ts';
import { aiList } from '../../../../../services/provider/ai-list.ts';
import { getAiUse, listAiUses, listAiWords } from '../../../../../services/provider/ai.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { Alerts, AllAlerts } from '../alerts.tsx';
import { aiColumns } from '../columns.tsx';
import { Features } from '../features.tsx';
import { alertFilter, callFilters } from '../filters.ts';
import { aiKpis } from '../kpis.ts';
import { AiPanel } from '../panel.tsx';
import { AiTabs } from '../tabs.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

/** Alerts beside the uses; all have a list of their own. */
const newestMax = 10;

export const metadata: Metadata = { title: ai.title };

export default async function AiCredits({ searchParams }: PageProps<'/provider/ai'>) {
  const staff = await requireAccess('ai');
  const view = await readView(aiList, paths.ai, searchParams, '30d');
  const { query, openId, window } = view;
  const { filters, zone } = query;
  const month = presetWindow('mtd', view.at, utc);
  const [list, detail, orgs, words, features, alerts, kpis] = await Promise.all([
    triedPage(listAiUses(staff, query)),
    openId === undefined ? undefined : tried(getAiUse(staff, openId)),
    namesOfOrgs(staff, 'ai', filters.orgs),
    offered(listAiWords(staff)),
    part(listFeatureUse(staff, query, window), <CardSkeleton />, (rows) => <Features rows={rows} view={view} />),
    part(newestAiAlerts(staff, filters, newestMax), <CardSkeleton />, (rows) => (
      <Alerts rows={rows} zone={zone} preferences={view.preferences} mayLimit={can(staff, 'ai', 'limits')} />
    )),
    figures(summarizeAi(staff, query, window, month), aiMetrics, (summary) => aiKpis(view, summary)),
  ]);
  return (
    <ListPage
      copy={ai}
      view={view}
      sortKey={aiList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<AiTabs current="uses" />}
      search={filters.q}
      filters={[...callFilters(filters, words), alertFilter(filters), orgFilter(orgs, filters.orgs)]}
      columns={aiColumns}
      idOf={({ id }) => id}
      bulk={{ label: ({ id }) => id }}
      exportPath={paths.aiExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.id}
          title={(row) => <bdi className="truncate">{row.feature}</bdi>}
        >
          {(row) => <AiPanel use={row} zone={zone} links={view.links} />}
        </ListPanel>
      }
    >
      <Card title={ai.byFeature}>{features}</Card>
      <Card title={ai.alerts} aside={<AllAlerts {...filters} />}>
        {alerts}
      </Card>
    </ListPage>
  );
}
