import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { NearLink } from '../../../../../components/near-link.tsx';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../../components/card.tsx';
import { figures } from '../../../../../components/list/figures.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { part } from '../../../../../components/part.tsx';
import { presetWindow } from '../../../../../lists/windows.ts';
import { utc } from '../../../../../lists/zones.ts';
import { ai, aiOrg } from '../../../../../messages/en-ai.ts';
import { aiOrgMetrics } from '../../../../../metrics/usage.ts';
import { aiOrgList, aiOrgPath, paths } from '../../../../../paths.ts';
import { summarizeAi } from '../../../../../services/provider/ai-figures.service.ts';
import { aiList } from '../../../../../services/provider/ai-list.ts';
import { findOrg, getAiOrg, readAiCourse } from '../../../../../services/provider/ai-org.service.ts';
import { getAiUse, listAiUses, listAiWords } from '../../../../../services/provider/ai.service.ts';
import { aiOrgColumns } from '../columns.tsx';
import { callFilters } from '../filters.ts';
import { aiOrgKpis } from '../kpis.ts';
import { AiPanel } from '../panel.tsx';
import { AiCourse } from './course.tsx';
import { CreditSums } from './credit-sums.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export async function generateMetadata({ params }: PageProps<'/provider/ai/[orgId]'>): Promise<Metadata> {
  const org = await findOrg(await requireAccess('ai'), decodeURIComponent((await params).orgId));
  return { title: org?.name ?? ai.title };
}

export default async function AiOrganisation({ params, searchParams }: PageProps<'/provider/ai/[orgId]'>) {
  const staff = await requireAccess('ai');
  const orgId = decodeURIComponent((await params).orgId);
  const org = await findOrg(staff, orgId);
  if (!org) notFound();
  const asked = searchParams.then((raw) => ({ ...raw, org: orgId }));
  const view = await readView(aiList, aiOrgPath(orgId), asked, '30d', { name: aiOrgList, fixed: ['org'] });
  const { query, openId, window } = view;
  const { filters, zone } = query;
  const held = getAiOrg(staff, orgId);
  const [list, detail, words, course, credits, kpis] = await Promise.all([
    triedPage(listAiUses(staff, query)),
    openId === undefined ? undefined : tried(getAiUse(staff, openId)),
    offered(listAiWords(staff)),
    part(Promise.all([readAiCourse(staff, orgId), held]), <CardSkeleton />, ([parts, told]) => (
      <AiCourse parts={parts} month={told?.month} />
    )),
    part(held, <CardSkeleton />, (told) => <CreditSums credits={told?.credits} zone={zone} />),
    figures(summarizeAi(staff, query, window, presetWindow('mtd', view.at, utc)), aiOrgMetrics, (summary) =>
      aiOrgKpis(view, summary),
    ),
  ]);
  return (
    <ListPage
      copy={{ ...aiOrg, title: org.name }}
      view={view}
      sortKey={aiList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<AllOrgs />}
      search={filters.q}
      filters={callFilters(filters, words)}
      columns={aiOrgColumns}
      idOf={({ id }) => id}
      bulk={{ label: ({ id }) => id }}
      exportPath={paths.aiExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.id}
          title={(row) => <bdi>{row.feature}</bdi>}
        >
          {(row) => <AiPanel use={row} zone={zone} links={view.links} />}
        </ListPanel>
      }
    >
      <Card title={aiOrg.course}>{course}</Card>
      <Card title={aiOrg.credits}>{credits}</Card>
    </ListPage>
  );
}

function AllOrgs() {
  return (
    <NearLink href={paths.ai} className="-mt-3 self-start text-accent-text hover:underline">
      {aiOrg.crumb}
    </NearLink>
  );
}
