import { sumMinor } from '../money.ts';
import { leftOf, spreadOver, type PartAmounts } from './invoice-totals.ts';
import { streams, type BilledStream } from './streams.ts';

/** One cell of the matrix: an org's stream in one currency and month. */
export interface CellName {
  readonly orgId: string;
  readonly stream: BilledStream;
  readonly currency: string;
  /** The org's billing month, by the day it begins. */
  readonly month: string;
}

/** What a source row (a lead, a subscription's period, a meter's period, a purchase) should come to. */
export interface Expected extends CellName {
  readonly source: string;
  readonly amountMinor: bigint;
}

/** A line of an invoice, with the source that it bills. */
export interface Invoiced extends CellName {
  readonly source: string;
  readonly amountMinor: bigint;
}

/** An invoice's money, to be spread over its streams. */
export interface SettledInvoice extends Omit<CellName, 'stream'> {
  readonly parts: PartAmounts;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
}

/** A row where source and lines differ. */
export interface Difference {
  readonly source: string;
  readonly expectedMinor: bigint;
  readonly invoicedMinor: bigint;
}

export interface ReconciledCell extends CellName {
  readonly expectedMinor: bigint;
  readonly invoicedMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  /** Expected - invoiced: 0 once the month is closed. */
  readonly gapMinor: bigint;
  /** Opened even when differences cancel. */
  readonly differences: readonly Difference[];
}

/** Expected, invoiced, paid, credited and gap of every cell that any side names. */
export function reconcile(
  expected: readonly Expected[],
  invoiced: readonly Invoiced[],
  invoices: readonly SettledInvoice[],
): ReconciledCell[] {
  const cells = new Map<string, Cell>();
  for (const row of expected) cellOf(cells, row).expected.push(row);
  for (const row of invoiced) cellOf(cells, row).invoiced.push(row);
  for (const row of invoices.flatMap(settledByStream)) cellOf(cells, row).settled.push(row);
  return [...cells].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => reconciledCell(cell));
}

interface SettledStream extends CellName {
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
}

interface Cell {
  readonly name: CellName;
  readonly expected: Expected[];
  readonly invoiced: Invoiced[];
  readonly settled: SettledStream[];
}

function cellOf(cells: Map<string, Cell>, { orgId, month, stream, currency }: CellName): Cell {
  const key = JSON.stringify([orgId, month, streams.indexOf(stream), currency]);
  const name = { orgId, month, stream, currency };
  const cell = cells.get(key) ?? { name, expected: [], invoiced: [], settled: [] };
  cells.set(key, cell);
  return cell;
}

function reconciledCell({ name, expected, invoiced, settled }: Cell): ReconciledCell {
  const expectedMinor = sumMinor(expected);
  const invoicedMinor = sumMinor(invoiced);
  return {
    ...name,
    expectedMinor,
    invoicedMinor,
    paidMinor: settled.reduce((sum, { paidMinor }) => sum + paidMinor, 0n),
    creditedMinor: settled.reduce((sum, { creditedMinor }) => sum + creditedMinor, 0n),
    gapMinor: expectedMinor - invoicedMinor,
    differences: differencesOf(expected, invoiced),
  };
}

/** A part payment is spread over what credit notes left of the invoice's streams and tax. The tax is no stream. */
function settledByStream({ parts, paidMinor, creditedMinor, ...name }: SettledInvoice): SettledStream[] {
  const credited = spreadOver(parts, creditedMinor);
  const paid = spreadOver(leftOf(parts, [credited]), paidMinor);
  return streams
    .filter((stream) => parts[stream] !== 0n)
    .map((stream) => ({ ...name, stream, paidMinor: paid[stream], creditedMinor: credited[stream] }));
}

function differencesOf(expected: readonly Expected[], invoiced: readonly Invoiced[]): Difference[] {
  const rows = new Map<string, Difference>();
  const add = (source: string, expectedMinor: bigint, invoicedMinor: bigint) => {
    const row = rows.get(source) ?? { source, expectedMinor: 0n, invoicedMinor: 0n };
    rows.set(source, {
      source,
      expectedMinor: row.expectedMinor + expectedMinor,
      invoicedMinor: row.invoicedMinor + invoicedMinor,
    });
  };
  for (const { source, amountMinor } of expected) add(source, amountMinor, 0n);
  for (const { source, amountMinor } of invoiced) add(source, 0n, amountMinor);
  return [...rows.values()].filter((row) => row.expectedMinor !== row.invoicedMinor);
}
