import 'server-only';
import type pg from 'pg';
import type { Span } from '../../lists/windows.ts';
import type { Money } from './list-figures.ts';

export const movementKinds = ['new', 'expansion', 'reactivation', 'contraction', 'churn'] as const;
export type MovementKind = (typeof movementKinds)[number];

/** The MRR of all organisations, and how it came about over a window: from the roll-ups, per currency. */
export interface Mrr {
  readonly now: readonly Money[];
  readonly atStart: readonly Money[];
  readonly net: readonly Money[];
  readonly moved: Readonly<Record<MovementKind, readonly Money[]>>;
  readonly orgsAtStart: number;
  readonly orgsChurned: number;
  /** Up to when the roll-ups know; undefined where they never ran. */
  readonly through: number | undefined;
}

interface Summed {
  readonly metric: string;
  readonly currency: string;
  readonly n: string;
  readonly minor: string;
}

/** A level, such as MRR, is the sum of its changes from the first day on. Days are UTC's: a window of part of a day has the whole day. */
export async function readMrr(pool: pg.Pool, window: Span): Promise<Mrr> {
  const first = new Date(window.from).toISOString().slice(0, 10);
  const last = new Date(window.to - 1).toISOString().slice(0, 10);
  const [level, start, moved, watermark] = await Promise.all([
    sum(pool, `metric = 'mrr.net'`, []),
    sum(pool, `metric = 'mrr.net' and day < $1::date`, [first]),
    sum(pool, `metric = any ($1) and day >= $2::date and day <= $3::date`, [metricsRead, first, last]),
    pool.query<{ through: Date }>(`select through from metric_watermark where metric = 'mrr.net'`),
  ]);
  const of = (kind: string) => moneyOf(moved.filter(({ metric }) => metric === `mrr.${kind}`));
  return {
    now: moneyOf(level),
    atStart: moneyOf(start),
    net: of('net'),
    moved: {
      new: of('new'),
      expansion: of('expansion'),
      reactivation: of('reactivation'),
      contraction: of('contraction'),
      churn: of('churn'),
    },
    orgsAtStart: start.reduce((count, { n }) => count + Number(n), 0),
    orgsChurned: moved.reduce((count, { metric, n }) => count + (metric === 'mrr.churn' ? Number(n) : 0), 0),
    through: watermark.rows[0]?.through.getTime(),
  };
}

const metricsRead = ['mrr.net', ...movementKinds.map((kind) => `mrr.${kind}`)];

async function sum(pool: pg.Pool, where: string, values: readonly unknown[]): Promise<readonly Summed[]> {
  const { rows } = await pool.query<Summed>(
    `select metric, currency, sum(n)::text as n, sum(minor)::text as minor from metric_day_total where ${where}
     group by metric, currency order by sum(minor) desc, currency`,
    [...values],
  );
  return rows;
}

function moneyOf(rows: readonly Summed[]): readonly Money[] {
  return rows.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }));
}
