import 'server-only';
import { isLate, jobNames, nextDue, slotAt } from '#domain/jobs';
import type { JobName, SlotStatus } from '#domain/jobs';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { jobMetrics } from '../../metrics/developer.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { jobsList } from './jobs-list.ts';
import type { JobFilters } from './jobs-list.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Summed } from './money-sums.ts';

export interface JobSlot {
  readonly key: RowKey;
  readonly job: JobName;
  readonly slot: string;
  readonly status: SlotStatus;
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
  /** What it did, by name. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failedOrgs: number;
}

export interface JobStanding {
  readonly job: JobName;
  readonly last: Pick<JobSlot, 'slot' | 'status' | 'startedAt' | 'failedOrgs'> | undefined;
  readonly good: string | undefined;
  /** Since the nominal instant of the newest good slot. */
  readonly lagMs: number | undefined;
  readonly isLate: boolean;
  readonly nextAt: number;
}

interface Stored {
  readonly job: JobName;
  readonly slot: string;
  readonly status: SlotStatus;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly failed_orgs: number;
}

const failedOrgs =
  '(select count(*)::int from job_org_failure f where f.job = t.job and f.slot = t.slot and f.holder = t.holder)';
const columns = `t.job, t.slot, t.status, t.started_at, t.finished_at, t.counts, ${failedOrgs} as failed_orgs`;

/** A slot is of no organisation: what tells slots of one name apart is their job. */
export const jobSlotsSource: ListSource<JobFilters, Stored, JobSlot> = {
  table: '(select s.*, s.job as org_id from job_slot s)',
  at: 'started_at',
  id: { column: 'slot', type: 'text' },
  isIdAlone: true,
  lists: ({ jobs, statuses }) => ({ 't.job': jobs, 't.status': statuses }),
  where: ({ q }, bind) => (q === undefined ? [] : [`t.slot like ${bind(`${q}%`)}`]),
  columns,
  joins: '',
  rowOf: slotOfRow,
};

/** Slots of jobs by when they were begun. */
export async function listJobSlots(staff: Staff, query: ListQuery<JobFilters>): Promise<Page<JobSlot>> {
  assertCan(staff, 'dev-aids');
  return readList(database().pool, jobSlotsSource, query);
}

export async function getJobSlot(staff: Staff, id: string): Promise<JobSlotDetail | undefined> {
  assertCan(staff, 'dev-aids');
  const place = placeOfId(id);
  if (!place) return undefined;
  const { pool } = database();
  const [found, runs, failures] = await Promise.all([
    readOne(pool, jobSlotsSource, id),
    pool.query<{ holder: string; outcome: string | null; started_at: Date; finished_at: Date | null }>(
      'select holder, outcome, started_at, finished_at from job_run where job = $1 and slot = $2 order by started_at desc limit 20',
      place,
    ),
    pool.query<{ org_id: string; org_name: string | null; code: string }>(
      `select f.org_id, o.name as org_name, f.code from job_slot s
       join job_org_failure f on f.job = s.job and f.slot = s.slot and f.holder = s.holder left join org o on o.id = f.org_id
       where s.job = $1 and s.slot = $2 order by f.org_id limit 200`,
      place,
    ),
  ]);
  return (
    found && {
      ...found,
      runs: runs.rows.map((run) => ({
        holder: run.holder,
        outcome: run.outcome ?? undefined,
        startedAt: run.started_at.getTime(),
        finishedAt: run.finished_at?.getTime(),
      })),
      failures: failures.rows.map(({ org_id: org, org_name: name, code }) => ({ org, name: name ?? org, code })),
    }
  );
}

export interface JobSlotDetail extends JobSlot {
  readonly runs: readonly {
    readonly holder: string;
    readonly outcome: string | undefined;
    readonly startedAt: number;
    readonly finishedAt: number | undefined;
  }[];
  readonly failures: readonly { readonly org: string; readonly name: string; readonly code: string }[];
}

/** Each job as it stands now. */
export async function listJobs(staff: Staff): Promise<readonly JobStanding[]> {
  assertCan(staff, 'dev-aids');
  const at = now();
  const { rows } = await database().pool.query<Stored & { name: string; good: string | null }>(
    `select j.name, l.*, g.slot as good from unnest($1::text[]) as j (name)
     left join lateral (select ${columns} from job_slot t where t.job = j.name order by t.started_at desc, t.slot desc limit 1) l on true
     left join lateral (select s.slot from job_slot s where s.job = j.name and s.status in ('done', 'partial') order by s.slot desc limit 1) g on true`,
    [jobNames],
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  return jobNames.map((job) => {
    const row = byName.get(job);
    const good = row?.good ?? undefined;
    const goodAt = good === undefined ? undefined : slotAt(job, good);
    return {
      job,
      last: row && row.slot !== null ? slotOfRow(row, keyOfRow(row)) : undefined,
      good,
      lagMs: goodAt === undefined ? undefined : Math.max(0, at - goodAt),
      isLate: isLate(job, good, at),
      nextAt: nextDue(job, at),
    };
  });
}

export interface JobsSummary {
  readonly slots: ListFigure;
  readonly notDone: ListFigure;
  readonly running: ListFigure;
  /** Slots that failed for some organisations; their sum is how many times one did. */
  readonly partial: ListFigure;
}

const timesFailed = { minor: failedOrgs, currency: "'XXX'" };

/** Of the slots begun in the window; those that run, of all. */
export async function summarizeJobs(staff: Staff, query: ListQuery<JobFilters>, window: Window): Promise<JobsSummary> {
  assertCan(staff, 'dev-aids');
  const { pool } = database();
  const figure = (metric: Metric, summed?: Summed) =>
    readFigure(
      pool,
      jobSlotsSource,
      metricFilters(jobsList, metric, query, now()),
      metric.isWindowed ? window : undefined,
      summed,
    );
  const [slots, notDone, running, partial] = await Promise.all([
    figure(jobMetrics.slots),
    figure(jobMetrics.notDone),
    figure(jobMetrics.running),
    figure(jobMetrics.failedOrgs, timesFailed),
  ]);
  return { slots, notDone, running, partial };
}

/** No job has a colon in its name; slots have. */
function placeOfId(id: string): [job: string, slot: string] | undefined {
  const match = /^([a-z-]{1,40}):([0-9T:-]{4,16})$/.exec(id);
  return match?.[1] !== undefined && match[2] !== undefined ? [match[1], match[2]] : undefined;
}

function keyOfRow({ job, slot, started_at: startedAt }: Stored): RowKey {
  return { id: `${job}:${slot}`, at: startedAt.getTime() };
}

function slotOfRow(row: Stored, key: RowKey): JobSlot {
  return {
    key,
    job: row.job,
    slot: row.slot,
    status: row.status,
    startedAt: row.started_at.getTime(),
    finishedAt: row.finished_at?.getTime(),
    counts: row.counts ?? {},
    failedOrgs: row.failed_orgs,
  };
}
