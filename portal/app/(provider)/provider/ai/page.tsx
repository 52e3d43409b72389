import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { part } from '../../../../components/part.tsx';
import { ai } from '../../../../messages/en-ai.ts';
import { paths } from '../../../../paths.ts';
import { aiList, capStates } from '../../../../services/provider/ai-list.ts';
import {
  getAiUse,
  listAiUses,
  listFeatures,
  listFeatureUse,
  listStandings,
  summarizeAi,
} from '../../../../services/provider/ai.service.ts';
import { listOrgNames } from '../../../../services/provider/orgs.service.ts';
import { aiColumns } from './columns.tsx';
import { aiKpis } from './kpis.ts';
import { AiPanel } from './panel.tsx';
import { Features, Standings } from './standings.tsx';

export const metadata: Metadata = { title: ai.title };

export default async function AiCredits({ searchParams }: PageProps<'/provider/ai'>) {
  const staff = await requireAccess('ai');
  const view = await readView(aiList, paths.ai, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, features, months, standings, kpis] = await Promise.all([
    listAiUses(staff, query),
    openId === undefined ? undefined : getAiUse(staff, openId),
    listOrgNames(staff, 'ai'),
    listFeatures(staff),
    part(listFeatureUse(staff, view.at), <CardSkeleton />, (rows) => <Features rows={rows} />),
    part(listStandings(staff, view.at), <CardSkeleton />, (rows) => <Standings rows={rows} />),
    figures(summarizeAi(staff, query, window), ai.kpis, (summary) => aiKpis(view, summary)),
  ]);
  const { filters } = query;
  const { columns } = ai;
  return (
    <ListPage
      copy={ai}
      view={view}
      sortKey={aiList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={[
        valueFilter('feature', columns.feature, features, filters.features),
        wordFilter('cap', columns.cap, capStates, ai.caps, filters.caps),
        orgFilter(orgs, filters.orgs),
      ]}
      columns={aiColumns}
      exportPath={paths.aiExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.id}
          title={(row) => <bdi className="truncate">{row.feature}</bdi>}
        >
          {(row) => <AiPanel use={row} zone={query.zone} hasLog={can(staff, 'federation')} />}
        </ListPanel>
      }
    >
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-12">
        <div className="min-w-0 xl:col-span-4">
          <Card title={ai.byFeature}>{months}</Card>
        </div>
        <div className="min-w-0 xl:col-span-8">
          <Card title={ai.standings}>{standings}</Card>
        </div>
      </div>
    </ListPage>
  );
}
