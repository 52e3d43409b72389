import 'server-only';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import { orderBatches } from '../../actions/order-batches.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { formatMoney, minorDigitsOf } from '../../format/numbers.ts';
import { utcDay } from '../../lists/buckets.ts';
import { usage } from '../../messages/en-usage.ts';
import { database } from '../../server/database.ts';
import { currencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import type { Told } from './order-told.ts';
import { readPicked } from './picked-rows.ts';
import { unratedSource } from './unrated.service.ts';
import { unratedList, usageList } from './usage-list.ts';
import { Rerated } from './usage-orders.ts';
import { usageSource } from './usage.service.ts';

/** Windows that are counted before they are ordered: each is an order of its own, and somebody waits for them. */
const dryRunsMax = 100;

export interface RatesAsked extends Told {
  readonly picked: Picked;
  /** What windows came to in the dry run that their member saw: one that comes to something else by now is skipped. */
  readonly comesToSeen: Readonly<Record<string, string>>;
}

interface DryRunsAsked {
  readonly picked: Picked;
  /** Of these dry runs: asked twice they are run once. */
  readonly id: string;
}

/** What rating windows again would change, as a dry run of each tells it. */
export interface RatePreview {
  readonly rows: readonly PreviewRow[];
  /** All that are picked; no more than a bound of them are counted. */
  readonly picked: number;
  /** What the differences come to in each currency. */
  readonly differences: readonly string[];
  readonly comesTo: Readonly<Record<string, string>>;
  /** The largest difference in whole units, by which a confirmation is asked to be typed. */
  readonly largestMajor: number;
}

export interface PreviewRow {
  readonly id: string;
  readonly label: string;
  readonly org: string;
  /** Why nothing is known of it, where its dry run was refused or has not ended. */
  readonly note: string;
  readonly amounts?: { readonly before: string; readonly after: string; readonly difference: string | undefined };
}

/** Rates many windows again, each as one order; what that changes of one is told with it. */
export async function orderRerates(staff: Staff, asked: RatesAsked): Promise<BulkResult> {
  assertCan(staff, 'usage', 'rerate');
  return rateAll(staff, asked, await readWindows(asked.picked));
}

/** The same of usage that no price was in force for. */
export async function orderUnratedRates(staff: Staff, asked: RatesAsked): Promise<BulkResult> {
  assertCan(staff, 'usage', 'rerate');
  return rateAll(staff, asked, await readUnratedWindows(asked.picked));
}

export async function previewRerates(staff: Staff, asked: DryRunsAsked): Promise<RatePreview> {
  assertCan(staff, 'usage', 'rerate');
  return previewAll(staff, asked.id, await readWindows(asked.picked));
}

export async function previewUnratedRates(staff: Staff, asked: DryRunsAsked): Promise<RatePreview> {
  assertCan(staff, 'usage', 'rerate');
  return previewAll(staff, asked.id, await readUnratedWindows(asked.picked));
}

interface RatedWindow {
  readonly key: { readonly id: string };
  readonly org: { readonly id: string; readonly name: string };
  readonly meter: string;
  readonly start: number;
}

function readWindows(picked: Picked): Promise<readonly RatedWindow[]> {
  return readPicked(database().pool, usageList, usageSource, picked);
}

function readUnratedWindows(picked: Picked): Promise<readonly RatedWindow[]> {
  return readPicked(database().pool, unratedList, unratedSource, picked);
}

async function rateAll(staff: Staff, asked: RatesAsked, rows: readonly RatedWindow[]): Promise<BulkResult> {
  const items = await orderEach(staff, asked, rows, {
    bodyOf: (key) => ({ isDryRun: false, comesToSeen: asked.comesToSeen[key] }),
    becameOf: (result) => ({ became: 'done', note: noteOf(result) }),
  });
  return { items };
}

async function previewAll(staff: Staff, id: string, rows: readonly RatedWindow[]): Promise<RatePreview> {
  const counted = rows.slice(0, dryRunsMax);
  const results = new Map<string, Rerated>();
  const asked = { id, reason: usage.orders.dryRunReason };
  const items = await orderEach(staff, asked, counted, {
    bodyOf: () => ({ isDryRun: true }),
    becameOf: (result, key) => {
      results.set(key, Rerated.parse(result));
      return { became: 'done', note: '' };
    },
  });
  const notes = new Map(items.map((item) => [item.id, item.note]));
  const sums = new Map<string, bigint>();
  for (const result of results.values())
    sums.set(result.currency, (sums.get(result.currency) ?? 0n) + differenceOf(result));
  return {
    rows: counted.map((row) => ({
      id: row.key.id,
      label: `${row.meter}, ${utcDay(row.start)}`,
      org: row.org.name,
      note: notes.get(row.key.id) ?? '',
      ...amountsOf(results.get(row.key.id)),
    })),
    picked: rows.length,
    differences: mainFirst(
      [...sums].map(([currency, minor]) => ({ currency, minor })),
      await currencyOrder(database().pool),
    )
      .filter(({ minor }) => minor !== 0n)
      .map(({ currency, minor }) => formatMoney(minor, currency)),
    comesTo: Object.fromEntries([...results].map(([key, { comesToMinor }]) => [key, comesToMinor])),
    largestMajor: Math.max(0, ...[...results.values()].map(majorOf)),
  };
}

interface Acts {
  readonly bodyOf: (key: string) => object;
  readonly becameOf: (result: unknown, key: string) => Pick<BulkItem, 'became' | 'note'>;
}

function orderEach(staff: Staff, { reason, id }: Told, rows: readonly RatedWindow[], acts: Acts) {
  const windows = new Map(
    rows.map(({ key, meter, start }) => [key.id, { meter, periodStart: new Date(start).toISOString() }]),
  );
  return orderBatches(
    staff,
    {
      reason,
      id,
      kind: 'rerate',
      sizeMax: 1,
      bodyOf: ([key = '']) => ({ ...windows.get(key), ...acts.bodyOf(key) }),
      becameOf: acts.becameOf,
    },
    rows.map(({ key, org, meter, start }) => ({
      key: key.id,
      orgId: org.id,
      id: key.id,
      label: `${meter}, ${utcDay(start)}, ${org.name}`,
    })),
  );
}

function noteOf(told: unknown): string {
  const { data } = Rerated.safeParse(told);
  if (!data) return '';
  const { bookedMinor, comesToMinor, currency, lines } = data;
  if (lines.length === 0) return usage.orders.unchanged(formatMoney(comesToMinor, currency));
  return usage.orders.becomes(formatMoney(bookedMinor, currency), formatMoney(comesToMinor, currency));
}

function amountsOf(result: Rerated | undefined): Pick<PreviewRow, 'amounts'> {
  if (!result) return {};
  const { bookedMinor, comesToMinor, currency, lines } = result;
  const difference = lines.length === 0 ? undefined : formatMoney(differenceOf(result), currency);
  return {
    amounts: { before: formatMoney(bookedMinor, currency), after: formatMoney(comesToMinor, currency), difference },
  };
}

function differenceOf({ bookedMinor, comesToMinor }: Rerated): bigint {
  return BigInt(comesToMinor) - BigInt(bookedMinor);
}

function majorOf(result: Rerated): number {
  return Math.abs(Number(differenceOf(result))) / 10 ** minorDigitsOf(result.currency);
}
