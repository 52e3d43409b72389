import type { Metadata } from 'next';
import { jobNames } from '#domain/jobs';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card, CardSkeleton } from '../../../../../components/card.tsx';
import { figures } from '../../../../../components/list/figures.tsx';
import { valueFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { part } from '../../../../../components/part.tsx';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { jobMetrics } from '../../../../../metrics/developer.ts';
import { paths, temporalRunUrl } from '../../../../../paths.ts';
import { environment } from '../../../../../server/environment.ts';
import { jobsList, jobStatuses } from '../../../../../services/provider/jobs-list.ts';
import { getJobSlot, listJobs, listJobSlots, summarizeJobs } from '../../../../../services/provider/jobs.service.ts';
import type { JobSlot } from '../../../../../services/provider/jobs.service.ts';
import { DevAidsTabs } from '../tabs.tsx';
import { jobColumns } from './columns.tsx';
import { jobKpis } from './kpis.ts';
import { JobPanel } from './panel.tsx';
import type { JobRun } from './panel.tsx';
import { RunJob } from './run-job.tsx';
import { JobStandings } from './standings.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: jobs.title };

export default async function Jobs({ searchParams }: PageProps<'/provider/dev-aids/jobs'>) {
  const staff = await requireAccess('dev-aids');
  const mayRun = can(staff, 'dev-aids', 'write');
  const view = await readView(jobsList, paths.jobs, searchParams, '7d');
  const { query, openId, window } = view;
  const [list, detail, standings, kpis] = await Promise.all([
    triedPage(listJobSlots(staff, query)),
    openId === undefined ? undefined : tried(getJobSlot(staff, openId)),
    part(listJobs(staff), <CardSkeleton />, (rows) => (
      <JobStandings
        rows={rows}
        zone={query.zone}
        now={view.at}
        actionOf={({ job }) => <RunJob job={job} mayRun={mayRun} />}
      />
    )),
    figures(summarizeJobs(staff, query, window), jobMetrics, (summary) => jobKpis(view, summary)),
  ]);
  const { filters } = query;
  const { columns } = jobs;
  return (
    <ListPage
      copy={jobs}
      view={view}
      sortKey={jobsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<DevAidsTabs current="jobs" />}
      search={filters.q}
      filters={[
        valueFilter('job', columns.job, jobNames, filters.jobs),
        wordFilter('status', columns.status, jobStatuses, jobs.statuses, filters.statuses),
      ]}
      columns={jobColumns}
      idOf={({ slot }) => slot}
      bulk={{ label: nameOf }}
      exportPath={paths.jobsExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          actions={({ job, slot }) => <RunJob job={job} slot={slot} mayRun={mayRun} />}
          label={nameOf}
          title={(slot) => <span className="truncate">{nameOf(slot)}</span>}
        >
          {(slot) => <JobPanel slot={slot} zone={query.zone} run={runOf(slot)} />}
        </ListPanel>
      }
    >
      <Card title={jobs.standings}>{standings}</Card>
    </ListPage>
  );
}

function nameOf({ job, slot }: JobSlot): string {
  return `${job} ${slot}`;
}

function runOf({ job, slot }: JobSlot): JobRun {
  const { TEMPORAL_UI_URL, TEMPORAL_NAMESPACE } = environment();
  const id = `job:${job}:${slot}`;
  return { id, href: TEMPORAL_UI_URL && temporalRunUrl(TEMPORAL_UI_URL, TEMPORAL_NAMESPACE, id) };
}
