import { openDraft, type Opened } from '#domain/billing/invoice';
import type { TotalledLine } from '#domain/billing/invoice-totals';
import { billingMonths, graceEndOf, periodAt } from '#domain/billing/periods';
import { hourMs, type EpochMs } from '#domain/instants';
import { larger } from '#domain/money';
import type { OrgTerms } from '../billing/load-terms.ts';
import { orgAndCurrency, type Draft } from './load-drafts.ts';

/** Up to where an org's months are closed as of a slot, and when the next one is due. */
export interface ClosedMonths {
  readonly orgId: string;
  readonly closedThrough: EpochMs;
  readonly nextCloseAt: EpochMs;
}

export type ClosingTerms = Pick<OrgTerms, 'orgId' | 'graceHours' | 'zoneAt' | 'closedThrough'>;

/**
 * A month is closed when its end plus grace lies at or before the slot. Its bounds are those that were stored, by an earlier closing or
 * on a draft, and else those of the calendar month in the org's zone.
 */
export function closedMonths(terms: ClosingTerms, drafts: readonly Draft[], slotAt: EpochMs): ClosedMonths {
  const { orgId, graceHours, closedThrough: before } = terms;
  const latestEnd = slotAt - graceHours * hourMs;
  // An older slot, or a longer grace, opens nothing again.
  const at = Math.max(latestEnd, before ?? latestEnd);
  const stored = drafts.flatMap(({ period: { start, end } }) => [start, end]);
  const bounds = before === undefined ? stored : [...stored, before];
  const month = periodAt(billingMonths, terms.zoneAt(at), at, bounds);
  const waiting = [month, ...drafts.filter(({ isParked }) => isParked).map(({ period }) => period)];
  const nextCloseAt = Math.min(...waiting.map((period) => graceEndOf(period, graceHours)));
  return { orgId, closedThrough: month.start, nextCloseAt };
}

export function isDueToClose(
  { period, isParked }: Pick<Draft, 'period' | 'isParked'>,
  { graceHours }: Pick<OrgTerms, 'graceHours'>,
  slotAt: EpochMs,
): boolean {
  return !isParked && graceEndOf(period, graceHours) <= slotAt;
}

export interface Opening {
  readonly draft: Draft;
  readonly opened: Opened;
}

/**
 * Opens drafts in the order in which they are numbered: month, org, currency. So an org's older month comes first, and the credit that it
 * leaves pays for the next.
 */
export function openDrafts(
  drafts: readonly Draft[],
  sums: ReadonlyMap<string, readonly TotalledLine[]>,
  terms: ReadonlyMap<string, Pick<OrgTerms, 'taxRate'>>,
  credits: ReadonlyMap<string, bigint>,
): Opening[] {
  const left = new Map(credits);
  return drafts.toSorted(byNumber).flatMap((draft) => {
    const lines = sums.get(draft.invoiceId);
    if (!lines) return [];
    const account = orgAndCurrency(draft);
    const credit = larger(left.get(account) ?? 0n, 0n);
    const invoiceTerms = { taxRate: terms.get(draft.orgId)?.taxRate, discountMinor: draft.discountMinor };
    const opened = openDraft(lines, invoiceTerms, credit);
    left.set(account, credit + opened.creditGainedMinor - opened.creditUsedMinor);
    return [{ draft, opened }];
  });
}

function byNumber(a: Draft, b: Draft): number {
  return a.period.start - b.period.start || inBytes(a.orgId, b.orgId) || inBytes(a.currency, b.currency);
}

function inBytes(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
