import 'server-only';
import { z } from 'zod';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { readEntity } from './entity-detail.ts';
import type { EntityDetail } from './entity-detail.ts';
import { readEvaluation } from './evaluations.service.ts';
import type { EvaluationRow } from './evaluations.service.ts';

export interface EvaluationCase {
  readonly name: string;
  readonly passed: boolean;
  readonly score: number | undefined;
  /** Whether it passed in the run before; undefined where that run did not have it. */
  readonly passedBefore: boolean | undefined;
  readonly reason: string | undefined;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly trace: string | undefined;
}

export interface EvaluationDetail extends EvaluationRow {
  readonly url: string | undefined;
  readonly score: number | undefined;
  /** Those that fail first. */
  readonly cases: readonly EvaluationCase[];
  readonly entity: EntityDetail;
}

/** A run with its cases, and how each of them did in the run before. */
export async function getEvaluation(staff: Staff, id: string): Promise<EvaluationDetail | undefined> {
  const row = await readEvaluation(staff, id);
  if (!row) return undefined;
  const { pool, prisma } = database();
  const [entity, run, cases] = await Promise.all([
    readEntity(pool, { org: row.org.id, id: row.id, table: 'evaluation_run', kind: 'evaluation' }),
    prisma.evaluationRun.findUnique({
      where: { orgId_id: { orgId: row.org.id, id: row.id } },
      select: { url: true, score: true },
    }),
    pool.query<{ name: string; passed: boolean; score: number | null; detail: string | null; before: boolean | null }>(
      `select c.name, c.passed, c.score, c.detail, b.passed as before from evaluation_case c
       left join lateral (select passed from evaluation_case p where p.org_id = c.org_id and p.run_id = $3 and p.name = c.name limit 1) b on true
       where c.org_id = $1 and c.run_id = $2 order by c.passed, c.position`,
      [row.org.id, row.id, row.before?.id ?? null],
    ),
  ]);
  return {
    ...row,
    entity,
    url: run?.url ?? undefined,
    score: run?.score ?? undefined,
    cases: cases.rows.map(({ name, passed, score, detail, before }) => ({
      name,
      passed,
      score: score ?? undefined,
      passedBefore: before ?? undefined,
      ...readCaseDetail(detail ?? ''),
    })),
  };
}

const Told = z
  .looseObject({
    reason: z.string().optional(),
    expected: z.unknown(),
    actual: z.unknown(),
    trace: z.unknown(),
  })
  .refine((told) => ['reason', 'expected', 'actual', 'trace'].some((name) => told[name] !== undefined));

/** What a case says of itself: a JSON object of `expected`, `actual`, `reason` and `trace`, or else the grader's reason as text. */
export function readCaseDetail(detail: string): Pick<EvaluationCase, 'reason' | 'expected' | 'actual' | 'trace'> {
  const told = Told.safeParse(parseJson(detail));
  if (!told.success)
    return { reason: detail === '' ? undefined : detail, expected: undefined, actual: undefined, trace: undefined };
  const { reason, expected, actual, trace } = told.data;
  return { reason, expected: textOf(expected), actual: textOf(actual), trace: textOf(trace) };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
