import type pg from 'pg';
import { jobNames, slotAt, slotsBetween, type JobName } from '#domain/jobs';

interface JobRow {
  readonly job: JobName;
  /** The newest slot that is done or partial. */
  readonly good: string | null;
  readonly first: string | null;
  readonly newest: string | null;
  /** Slots between the first and the newest that a run finished or covered. */
  readonly ended: number;
  readonly orgsFailed: number;
  readonly durationS: number | null;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** How the jobs stand, read from their slots: a job that nobody starts shows here, and nowhere else. */
export async function readJobMetrics(db: pg.Pool): Promise<string> {
  const [jobs, violations] = await Promise.all([readJobs(db), readViolations(db)]);
  const perJob = (read: (row: JobRow) => number | undefined) =>
    jobs.flatMap((row): Sample[] => {
      const value = read(row);
      return value === undefined ? [] : [[{ job: row.job }, value]];
    });
  return [
    gauge('job_newest_good_slot_seconds', 'Nominal instant of the newest slot that is done or partial', perJob(goodAt)),
    gauge('job_gaps', 'Slots before the newest one that no run finished or covered', perJob(gaps)),
    gauge(
      'job_orgs_failed',
      'Orgs that failed in the newest good slot',
      perJob(({ orgsFailed }) => orgsFailed),
    ),
    gauge(
      'job_duration_seconds',
      'How long the newest good slot took',
      perJob(({ durationS }) => durationS ?? undefined),
    ),
    gauge('invariants_violations', 'Violations in the newest slot of the invariants, at most 1000 each', violations),
  ].join('');
}

function goodAt({ job, good }: JobRow): number | undefined {
  const at = good === null ? undefined : slotAt(job, good);
  return at === undefined ? undefined : at / 1_000;
}

function gaps({ job, first, newest, ended }: JobRow): number | undefined {
  if (first === null || newest === null) return undefined;
  const due = first === newest ? 1 : slotsBetween(job, first, newest).length + 2;
  return Math.max(0, due - ended);
}

async function readJobs(db: pg.Pool): Promise<JobRow[]> {
  const { rows } = await db.query<JobRow>({
    name: 'job-metrics',
    text: `select j.job, g.slot as good, e.first, e.newest, coalesce(e.ended, 0)::integer as ended,
        extract(epoch from g.finished_at - g.started_at)::float8 as "durationS",
        (select count(*)::integer from job_org_failure f where f.job = j.job and f.slot = g.slot and f.holder = g.holder) as "orgsFailed"
      from unnest($1::text[]) as j(job)
      left join lateral (select * from job_slot s where s.job = j.job and s.status in ('done', 'partial') order by s.slot desc limit 1) g on true
      left join lateral (select min(s.slot) as first, max(s.slot) as newest, count(*) filter (where s.status in ('done', 'partial', 'covered')) as ended
        from job_slot s where s.job = j.job) e on true`,
    values: [jobNames],
  });
  return rows;
}

async function readViolations(db: pg.Pool): Promise<Sample[]> {
  const { rows } = await db.query<{ invariant: string; violations: number }>({
    name: 'invariant-metrics',
    text: `select f.invariant, count(*)::integer as violations from invariant_finding f
      where f.slot = (select max(slot) from job_slot where job = 'invariants' and status in ('done', 'partial')) group by 1 order by 1`,
  });
  return rows.map(({ invariant, violations }) => [{ invariant }, violations]);
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => {
    const told = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${told.join(',')}} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}
