import type { EpochMs } from '../instants.ts';
import { totalsByCurrency, type Money } from '../money.ts';

/** A subscription's monthly recurring revenue from an instant on. Taxes, usage and one-off purchases are outside it. */
export interface MrrChange {
  readonly orgId: string;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly changedAt: EpochMs;
  readonly currency: string;
  readonly mrrMinor: bigint;
}

export type MovementKind = 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation';

/** What a change of one subscription did to the total of its org in its currency. Amounts are above 0: the kind has the sign. */
export interface Movement extends Money {
  readonly orgId: string;
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly at: EpochMs;
  readonly kind: MovementKind;
}

const signOf = { new: 1n, reactivation: 1n, expansion: 1n, contraction: -1n, churn: -1n } as const satisfies Record<
  MovementKind,
  1n | -1n
>;

/** MRR at an instant, changes at that instant included: one sum per currency. */
export function mrrAt(changes: readonly MrrChange[], at: EpochMs): Money[] {
  return totalsByCurrency(orgTotals(changes.filter(({ changedAt }) => changedAt <= at)));
}

/** 12 times the rounded MRR. */
export function arrOf({ amountMinor, currency }: Money): Money {
  return { amountMinor: 12n * amountMinor, currency };
}

/** What the orgs have before an instant, changes at it not included: the start of a range, and the end of a half-open one. */
export function orgTotalsBefore(changes: readonly MrrChange[], at: EpochMs): OrgTotal[] {
  return orgTotals(changes.filter(({ changedAt }) => changedAt < at));
}

export interface OrgTotal extends Money {
  readonly orgId: string;
}

/**
 * The movements, in the order of the changes; changes at one instant apply in the order of their event ids. Each is judged by
 * the org's total before and after it: dropping one of two plans contracts, it does not churn.
 */
export function movementsOf(changes: readonly MrrChange[]): Movement[] {
  const totals = new Map<string, bigint>();
  const ofSubscriptions = new Map<string, bigint>();
  return changes.toSorted(byChange).flatMap((change) => {
    const { orgId, subscriptionId, eventId, changedAt: at, currency, mrrMinor } = change;
    const key = JSON.stringify([orgId, currency]);
    const own = JSON.stringify([orgId, currency, subscriptionId]);
    const before = totals.get(key);
    const after = (before ?? 0n) + mrrMinor - (ofSubscriptions.get(own) ?? 0n);
    ofSubscriptions.set(own, mrrMinor);
    if (after !== 0n || before !== undefined) totals.set(key, after);
    const kind = kindOf(before, after);
    const amountMinor = after - (before ?? 0n);
    return kind
      ? [{ orgId, subscriptionId, eventId, at, kind, currency, amountMinor: signOf[kind] * amountMinor }]
      : [];
  });
}

/** What movements add up to: end = start + new + reactivation + expansion - contraction - churn. */
export function netOf(movements: readonly Pick<Movement, 'kind' | 'amountMinor'>[]): bigint {
  return movements.reduce((sum, { kind, amountMinor }) => sum + signOf[kind] * amountMinor, 0n);
}

/** 0 to above 0 is new the first time and reactivation later; to 0 is churn; else up expands and down contracts. */
function kindOf(before: bigint | undefined, after: bigint): MovementKind | undefined {
  if (after === (before ?? 0n)) return undefined;
  if (before === undefined) return 'new';
  if (before === 0n) return 'reactivation';
  if (after === 0n) return 'churn';
  return after > before ? 'expansion' : 'contraction';
}

function orgTotals(changes: readonly MrrChange[]): OrgTotal[] {
  const latest = new Map<string, MrrChange>();
  for (const change of changes.toSorted(byChange))
    latest.set(JSON.stringify([change.orgId, change.currency, change.subscriptionId]), change);
  const totals = new Map<string, OrgTotal>();
  for (const { orgId, currency, mrrMinor } of latest.values()) {
    const key = JSON.stringify([orgId, currency]);
    totals.set(key, { orgId, currency, amountMinor: (totals.get(key)?.amountMinor ?? 0n) + mrrMinor });
  }
  return [...totals.values()];
}

function byChange(a: MrrChange, b: MrrChange): number {
  return a.changedAt - b.changedAt || (a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId));
}
