import type { Metadata } from 'next';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { part } from '../../../../components/part.tsx';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { evaluationMetrics } from '../../../../metrics/developer.ts';
import { paths } from '../../../../paths.ts';
import { getEvaluation } from '../../../../services/provider/evaluation-detail.ts';
import {
  evaluationPlaces,
  evaluationsList,
  evaluationStatuses,
} from '../../../../services/provider/evaluations-list.ts';
import type { EvaluationFilters } from '../../../../services/provider/evaluations-list.ts';
import {
  listEvaluationCourse,
  listEvaluations,
  listEvaluationWords,
  summarizeEvaluations,
} from '../../../../services/provider/evaluations.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import type { ChosenOrgs } from '../../../../services/provider/orgs.service.ts';
import { evaluationColumns } from './columns.tsx';
import { Course } from './course.tsx';
import { FirstRun } from './first-run.tsx';
import { evaluationKpis } from './kpis.ts';
import { EvaluationPanel } from './panel.tsx';
import { DevAidsTabs } from './tabs.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: evaluations.title };

export default async function Evaluations({ searchParams }: PageProps<'/provider/dev-aids'>) {
  const staff = await requireAccess('dev-aids');
  const view = await readView(evaluationsList, paths.devAids, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, words, course, kpis] = await Promise.all([
    triedPage(listEvaluations(staff, query)),
    openId === undefined ? undefined : tried(getEvaluation(staff, openId)),
    namesOfOrgs(staff, 'dev-aids', query.filters.orgs),
    offered(listEvaluationWords(staff)),
    part(listEvaluationCourse(staff, query), <CardSkeleton />, (told) => <Course course={told} />),
    figures(summarizeEvaluations(staff, query, window), evaluationMetrics, (summary) => evaluationKpis(view, summary)),
  ]);
  const isEmpty = list.rows.length === 0 && !list.failed && !query.hasFilters;
  return (
    <ListPage
      copy={evaluations}
      view={view}
      sortKey={evaluationsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<DevAidsTabs current="evaluations" />}
      search={query.filters.q}
      filters={filtersOf(query.filters, orgs, words)}
      texts={{
        label: evaluations.columns.commit,
        fields: [{ name: 'commit', label: evaluations.columns.commit, value: query.filters.commit }],
      }}
      columns={evaluationColumns}
      idOf={({ id }) => id}
      bulk={{ label: ({ id }) => id }}
      exportPath={paths.evaluationsExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(run) => run.id}
          title={(run) => <bdi className="truncate">{run.id}</bdi>}
        >
          {(run) => <EvaluationPanel run={run} zone={query.zone} links={view.links} />}
        </ListPanel>
      }
    >
      {isEmpty ? <FirstRun /> : <Card title={evaluations.course}>{course}</Card>}
    </ListPage>
  );
}

type Words = Awaited<ReturnType<typeof listEvaluationWords>> | undefined;

function filtersOf(filters: EvaluationFilters, orgs: ChosenOrgs, words: Words) {
  const { columns, statuses, places } = evaluations;
  return [
    valueFilter('suite', columns.suite, words?.suites, filters.suites),
    valueFilter('branch', columns.branch, words?.branches, filters.branches),
    valueFilter('model', columns.model, words?.models, filters.models),
    wordFilter('status', columns.status, evaluationStatuses, statuses, filters.statuses),
    // A figure's link sets it; nobody looks for it.
    ...(filters.places.length > 0
      ? [wordFilter('place', columns.place, evaluationPlaces, places, filters.places)]
      : []),
    orgFilter(orgs, filters.orgs),
  ];
}
