import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { metricTopics, type MetricTopic } from '#domain/metrics';
import { topicsOfAll } from '#domain/metrics-of-all';
import type { IdRange, SlotAt } from '../jobs/job-phase.ts';
import { instantText } from '../instant-text.ts';
import { providerOrg } from './provider-org.ts';

/** A day of an org whose figures of a topic are to be computed again. */
export interface DirtyDay {
  readonly orgId: string;
  readonly topic: MetricTopic;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
}

/** AI and its credits have summaries, balances and alerts beside their figures, and are brought up to date by a phase of their own. */
export const aiTopics: readonly MetricTopic[] = ['ai', 'credits'];
export const otherTopics: readonly MetricTopic[] = metricTopics.filter((topic) => !aiTopics.includes(topic));

/** What is neither billed nor paid. */
const outsideOfBooks: readonly MetricTopic[] = ['incidents', 'ai'];

/**
 * Takes what is marked, notes whose books have to be reconciled for it, and marks the day for all orgs together. What is read after this is no
 * older than the marks: a change that comes later leaves a mark of its own.
 */
export async function takeMarks(
  client: pg.ClientBase,
  orgIds: readonly string[],
  topics: readonly MetricTopic[],
): Promise<DirtyDay[]> {
  const { rows } = await client.query<{ org_id: string; topic: string; day: string }>({
    name: 'take-marks',
    text: `with taken as (delete from metric_mark where org_id = any($1) and topic = any($2) returning org_id, topic, day),
      noted as (insert into reconciliation_mark (org_id) select distinct org_id from taken where topic <> all ($3)),
      of_all as (insert into metric_mark (org_id, topic, day)
        select distinct '${providerOrg}', 'all:' || topic, day from taken where topic = any ($4))
      select distinct org_id, topic, day::text from taken`,
    values: [orgIds, topics, outsideOfBooks, topicsOfAll],
  });
  return rows.flatMap(({ org_id: orgId, topic: name, day }) => {
    const topic = metricTopics.find((known) => known === name);
    return topic ? [{ orgId, topic, day }] : [];
  });
}

/**
 * Takes the months of orgs in which a plan began, or what is allowed was changed, since they were judged: under the topic of AI, by their first
 * day. What comes next is due at its instant.
 */
export async function takeAllowances(client: pg.ClientBase, orgIds: readonly string[], at: EpochMs) {
  const { rows } = await client.query<{ org_id: string; day: string }>({
    name: 'take-allowances',
    text: `with come as materialized (select org_id, next_allowance_at as since from org_billing where org_id = any($1) and next_allowance_at <= $2),
      taken as (update org_billing b set next_allowance_at = (select min(p.from_at) from org_plan p where p.org_id = b.org_id and p.from_at > $2)
        from come c where b.org_id = c.org_id)
      select distinct c.org_id, date_trunc('month', utc_day(i.at))::date::text as day from come c cross join lateral (
        select c.since as at union all select from_at from org_plan p where p.org_id = c.org_id and p.from_at between c.since and $2) i`,
    values: [orgIds, instantText(at)],
  });
  return rows.map(({ org_id: orgId, day }): DirtyDay => ({ orgId, topic: 'ai', day }));
}

export async function dueForMetrics(db: pg.Pool, topics: readonly MetricTopic[], range: IdRange | undefined) {
  return idsOf(db, 'due-for-metrics', 'due_for_metrics($3)', range, [topics]);
}

export async function dueForSummaries(db: pg.Pool, { at }: SlotAt, range: IdRange | undefined) {
  return idsOf(db, 'due-for-summaries', 'due_for_summaries($3, $4)', range, [instantText(at), aiTopics]);
}

async function idsOf(
  db: pg.Pool,
  name: string,
  source: string,
  range: IdRange | undefined,
  values: readonly unknown[],
) {
  const { rows } = await db.query<{ org_id: string }>({
    name,
    text: `select org_id from ${source} where $1::text is null or (org_id collate "C" > $1 and org_id collate "C" <= $2)
      order by org_id collate "C"`,
    values: [range?.after, range?.until, ...values],
  });
  return rows.map(({ org_id }) => org_id);
}
