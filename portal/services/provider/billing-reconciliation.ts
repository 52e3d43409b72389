import 'server-only';
import { z } from 'zod';
import { streams } from '#domain/billing/streams';
import type { BilledStream } from '#domain/billing/streams';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import type { ReconciliationFilters } from './billing-lists.ts';
import type { Page } from './list-page.ts';
import { branchesSql, readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

/** A row of one side that the other does not have, or has otherwise. */
export interface Difference {
  readonly source: string;
  readonly expectedMinor: bigint;
  readonly invoicedMinor: bigint;
}

export interface CellAmounts {
  readonly stream: BilledStream;
  readonly currency: string;
  readonly expectedMinor: bigint;
  readonly invoicedMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly gapMinor: bigint;
  readonly differing: number;
}

export interface CellRow extends CellAmounts {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
}

export interface CellDetail extends CellRow {
  /** The first of the rows that differ. */
  readonly differences: readonly Difference[];
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly stream: BilledStream;
  readonly currency: string;
  readonly expected_minor: string;
  readonly invoiced_minor: string;
  readonly paid_minor: string;
  readonly credited_minor: string;
  readonly gap_minor: string;
  readonly differing: number;
}

export const reconciliationSums = {
  gap: { minor: 'abs(t.gap_minor)', currency: 't.currency' },
} satisfies Sums;

export const reconciliationSource: ListSource<ReconciliationFilters, Stored, CellRow> = {
  table: 'reconciliation_cell',
  at: 'month_at',
  id: { column: 'cell', type: 'text' },
  isIdAlone: false,
  lists: ({ orgs, streams, currencies }) => ({ 't.stream': streams, 't.org_id': orgs, 't.currency': currencies }),
  where: ({ q, gaps }, bind) => [
    ...(gaps.length === 0 ? [] : ['t.differing > 0']),
    ...(q === undefined ? [] : [`t.org_id = ${bind(q)}`]),
  ],
  columns: `t.org_id, o.name as org_name, t.stream, t.currency, t.expected_minor::text, t.invoiced_minor::text, t.paid_minor::text,
    t.credited_minor::text, t.gap_minor::text, t.differing`,
  joins: 'join org o on o.id = t.org_id',
  sums: reconciliationSums,
  // Where no row differs there is no gap.
  adding: 't.differing > 0',
  rowOf: (stored, key) => ({ key, org: { id: stored.org_id, name: stored.org_name }, ...amountsOf(stored) }),
};

export async function listCells(staff: Staff, query: ListQuery<ReconciliationFilters>): Promise<Page<CellRow>> {
  assertCan(staff, 'billing');
  return readList(database().pool, reconciliationSource, query);
}

const Differences = z.array(z.object({ source: z.string(), expected: z.string(), invoiced: z.string() }));

export async function getCell(staff: Staff, id: string): Promise<CellDetail | undefined> {
  assertCan(staff, 'billing');
  const { pool } = database();
  const row = await readOne(pool, reconciliationSource, id);
  if (!row) return undefined;
  const { rows } = await pool.query<{ differences: unknown }>(
    'select differences from reconciliation_cell where org_id = $1 and month_at = $2 and stream = $3 and currency = $4',
    [row.org.id, new Date(row.key.at), row.stream, row.currency],
  );
  const differences = Differences.parse(rows[0]?.differences ?? []);
  return {
    ...row,
    differences: differences.map(({ source, expected, invoiced }) => ({
      source,
      expectedMinor: BigInt(expected),
      invoicedMinor: BigInt(invoiced),
    })),
  };
}

/** The list's rows, summed by stream and currency: never over currencies. */
export async function readMatrix(
  staff: Staff,
  { filters, range }: Pick<ListQuery<ReconciliationFilters>, 'filters' | 'range'>,
): Promise<readonly CellAmounts[]> {
  assertCan(staff, 'billing');
  const { values, bind } = createBinder();
  const columns =
    't.stream, t.currency, t.expected_minor, t.invoiced_minor, t.paid_minor, t.credited_minor, t.gap_minor, t.differing';
  const rows = branchesSql(reconciliationSource, filters, range?.window, bind, undefined, columns).join(' union all ');
  const sum = (name: string) => `sum(r.${name})::text as ${name}`;
  const { rows: found } = await database().pool.query<Omit<Stored, 'org_id' | 'org_name'>>(
    `select r.stream, r.currency, ${sum('expected_minor')}, ${sum('invoiced_minor')}, ${sum('paid_minor')}, ${sum('credited_minor')},
       ${sum('gap_minor')}, sum(r.differing)::int as differing from (${rows}) r group by 1, 2`,
    values,
  );
  const cells = found.map(amountsOf);
  return cells.toSorted((a, b) =>
    a.currency === b.currency
      ? streams.indexOf(a.stream) - streams.indexOf(b.stream)
      : a.currency < b.currency
        ? -1
        : 1,
  );
}

/** Through when the matrix holds; undefined before the first night. */
export async function readReconciledThrough(staff: Staff): Promise<number | undefined> {
  assertCan(staff, 'billing');
  const { rows } = await database().pool.query<{ through: Date }>(
    `select through from metric_watermark where metric = 'reconciliation'`,
  );
  return rows[0]?.through.getTime();
}

function amountsOf(stored: Omit<Stored, 'org_id' | 'org_name'>): CellAmounts {
  return {
    stream: stored.stream,
    currency: stored.currency,
    expectedMinor: BigInt(stored.expected_minor),
    invoicedMinor: BigInt(stored.invoiced_minor),
    paidMinor: BigInt(stored.paid_minor),
    creditedMinor: BigInt(stored.credited_minor),
    gapMinor: BigInt(stored.gap_minor),
    differing: stored.differing,
  };
}
