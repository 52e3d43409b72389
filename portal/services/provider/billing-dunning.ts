import 'server-only';
import { dayMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { foundInvoicesSql } from './billing-invoices.ts';
import { overdueBuckets } from './billing-lists.ts';
import type { DunningFilters, DunningState, InvoiceSource, OverdueBucket } from './billing-lists.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

export interface OverdueRow {
  readonly key: RowKey;
  /** The invoice's. */
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly number: string | undefined;
  readonly ref: string;
  readonly source: InvoiceSource;
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
  readonly refundedMinor: bigint;
  readonly currency: string;
  readonly daysOverdue: number;
  readonly state: DunningState;
  /** Steps made or used up, of how many. */
  readonly step: { readonly made: number; readonly of: number } | undefined;
  readonly lastAttempt:
    | { readonly at: number; readonly status: string; readonly failure: string | undefined }
    | undefined;
  readonly nextAt: number | undefined;
  readonly pausedUntil: number | undefined;
  /** Why nothing is tried, such as no payment method. */
  readonly waitsFor: string | undefined;
  readonly isParked: boolean;
  readonly version: number;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly number: string | null;
  readonly ref: string;
  readonly source: InvoiceSource;
  readonly due_minor: string;
  readonly paid_minor: string;
  readonly refunded_minor: string;
  readonly currency: string;
  readonly state: 'retrying' | 'exhausted' | 'ended' | null;
  readonly steps: number | null;
  readonly steps_left: number | null;
  readonly next_at: Date | null;
  readonly paused_at: Date | null;
  readonly paused_until: Date | null;
  readonly tried_at: Date | null;
  readonly tried_status: string | null;
  readonly failure_code: string | null;
  readonly waits_for: string | null;
  readonly parked_at: Date | null;
  readonly version: number;
}

/** What closed a case is over, also of one that had ended. */
const ofCase = `dunning_case c where c.org_id = t.org_id and c.invoice_id = t.id and c.closed_by is null`;

export const dunningSums = {
  due: { minor: 't.due_minor', currency: 't.currency' },
} satisfies Sums;

export const dunningSource: ListSource<DunningFilters, Stored, OverdueRow> = {
  table: 'listed_overdue',
  at: 'due_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, currencies }) => ({ 't.org_id': orgs, 't.currency': currencies }),
  where: ({ q, buckets, states }, bind) => [
    `t.due_at < ${bind(new Date(today()))}`,
    ...(buckets.length === 0 ? [] : [`(${buckets.map((bucket) => bucketSql(bucket, bind)).join(' or ')})`]),
    ...(states.length === 0 ? [] : [`(${states.map((state) => stateSql(state, bind)).join(' or ')})`]),
    ...(q === undefined ? [] : [`(t.org_id, t.id) in (${foundInvoicesSql(q, bind)})`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.number, t.ref, t.source, t.due_minor::text, i.paid_minor::text, i.refunded_minor::text, t.currency, c.state, c.steps, c.steps_left, c.next_at,
    c.paused_at, c.paused_until, a.at as tried_at, a.status as tried_status, a.failure_code, w.reason as waits_for, t.parked_at, t.version`,
  joins: `join org o on o.id = t.org_id join invoice i on i.org_id = t.org_id and i.id = t.id
    left join lateral (select c.state, jsonb_array_length(c.policy -> 'retryDays') as steps, cardinality(c.steps_left) as steps_left, c.next_at,
      c.paused_at, c.paused_until from ${ofCase} order by c.opened_at desc limit 1) c on true
    left join lateral (select a.at, a.status, a.failure_code from payment a where a.org_id = t.org_id and a.invoice_id = t.id
      order by a.at desc limit 1) a on true
    left join collection_wait w on w.org_id = t.org_id and w.invoice_id = t.id`,
  sums: dunningSums,
  rowOf,
};

export async function listOverdue(staff: Staff, query: ListQuery<DunningFilters>): Promise<Page<OverdueRow>> {
  assertCan(staff, 'billing');
  return readList(database().pool, dunningSource, query);
}

/** An overdue invoice by its id in the URL. */
export async function getOverdue(staff: Staff, id: string): Promise<OverdueRow | undefined> {
  assertCan(staff, 'billing');
  return readOne(database().pool, dunningSource, id);
}

/** What is overdue by how long, whatever bucket is chosen. */
export async function summarizeBuckets(
  staff: Staff,
  { filters, range }: Pick<ListQuery<DunningFilters>, 'filters' | 'range'>,
): Promise<Readonly<Record<OverdueBucket, ListFigure>>> {
  assertCan(staff, 'billing');
  const figure = (bucket: OverdueBucket) =>
    readFigure(database().pool, dunningSource, { ...filters, buckets: [bucket] }, range?.window, dunningSums.due);
  const [first, second, third, rest] = await Promise.all([
    figure('1-7'),
    figure('8-30'),
    figure('31-60'),
    figure('over60'),
  ]);
  return { '1-7': first, '8-30': second, '31-60': third, over60: rest };
}

/** Whole UTC days: due yesterday is one day overdue. */
function today(): number {
  return Math.floor(now() / dayMs) * dayMs;
}

function bucketSql(bucket: OverdueBucket, bind: Bind): string {
  const [least, most] = overdueBuckets[bucket];
  const before = `t.due_at < ${bind(new Date(today() - (least - 1) * dayMs))}`;
  return most === undefined ? before : `(${before} and t.due_at >= ${bind(new Date(today() - most * dayMs))})`;
}

function stateSql(state: DunningState, bind: Bind): string {
  if (state === 'none') return `not exists (select from ${ofCase})`;
  if (state === 'ended') return `exists (select from ${ofCase} and c.state = 'ended')`;
  const held = `c.paused_at is not null and (c.paused_until is null or c.paused_until > ${bind(new Date(now()))})`;
  if (state === 'paused') return `exists (select from ${ofCase} and c.state <> 'ended' and ${held})`;
  return `exists (select from ${ofCase} and c.state = ${bind(state)} and not (${held}))`;
}

function rowOf(stored: Stored, key: RowKey): OverdueRow {
  const { state, steps, steps_left: left, paused_at, paused_until, tried_at } = stored;
  const isPaused = state !== 'ended' && paused_at !== null && (paused_until === null || paused_until.getTime() > now());
  return {
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    number: stored.number ?? undefined,
    ref: stored.ref,
    source: stored.source,
    dueMinor: BigInt(stored.due_minor),
    paidMinor: BigInt(stored.paid_minor),
    refundedMinor: BigInt(stored.refunded_minor),
    currency: stored.currency,
    daysOverdue: Math.ceil((today() - key.at) / dayMs),
    state: isPaused ? 'paused' : (state ?? 'none'),
    step: steps === null || left === null ? undefined : { made: steps - left, of: steps },
    lastAttempt:
      tried_at === null
        ? undefined
        : { at: tried_at.getTime(), status: stored.tried_status ?? '', failure: stored.failure_code ?? undefined },
    nextAt: isPaused ? undefined : stored.next_at?.getTime(),
    pausedUntil: isPaused ? paused_until?.getTime() : undefined,
    waitsFor: stored.waits_for ?? undefined,
    isParked: stored.parked_at !== null,
    version: stored.version,
  };
}
