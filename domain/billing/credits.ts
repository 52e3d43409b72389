import { add, largest, smallest, subtract, sum, zero, type Decimal } from '../decimal.ts';
import type { EpochMs } from '../instants.ts';

/** Credits that were granted or bought: usable from `grantedAt` until just before `expiresAt`. */
export interface CreditGrant {
  readonly id: string;
  /** Lower numbers burn first. */
  readonly priority: number;
  /** Below 0: a correction, which takes credits back at `grantedAt`. */
  readonly credits: Decimal;
  readonly grantedAt: EpochMs;
  readonly expiresAt?: EpochMs | undefined;
}

export interface CreditUse {
  readonly id: string;
  readonly credits: Decimal;
  readonly usedAt: EpochMs;
}

export interface GrantBalance {
  readonly id: string;
  readonly used: Decimal;
  readonly expired: Decimal;
  readonly remaining: Decimal;
}

export interface CreditBalance {
  readonly grants: readonly GrantBalance[];
  readonly granted: Decimal;
  readonly used: Decimal;
  readonly expired: Decimal;
  /** Always granted - used - expired. */
  readonly remaining: Decimal;
  /** What no grant covered, and of each use. */
  readonly overage: Decimal;
  readonly overages: readonly { readonly id: string; readonly credits: Decimal }[];
}

/** What is left of an org's grants at an instant. Uses burn in the order they happened, whatever the order they came in. */
export function balanceAt(grants: readonly CreditGrant[], uses: readonly CreditUse[], at: EpochMs): CreditBalance {
  const held = grants
    .filter(({ grantedAt }) => grantedAt <= at)
    .toSorted(byBurnOrder)
    .map((grant): Held => ({ grant, granted: largest(grant.credits, zero), used: zero }));
  const overages = stepsOf(grants, uses, at).flatMap(({ use, isTakenBack }) => {
    const open = burn(use, held, isTakenBack);
    return isTakenBack || open.units === 0n ? [] : [{ id: use.id, credits: open }];
  });
  const balances = held.map((one) => balanceOf(one, at));
  const granted = sum(held.map((one) => one.granted));
  const used = sum(balances.map((balance) => balance.used));
  const expired = sum(balances.map((balance) => balance.expired));
  const remaining = subtract(subtract(granted, used), expired);
  return {
    grants: balances,
    granted,
    used,
    expired,
    remaining,
    overage: sum(overages.map(({ credits }) => credits)),
    overages,
  };
}

/** How far the stored balance is from the computed one; anything but 0 is an alert. */
export function balanceDifference(stored: Decimal, { remaining }: CreditBalance): Decimal {
  return subtract(stored, remaining);
}

/** A grant with what is left of it to use, and what was used. */
interface Held {
  readonly grant: CreditGrant;
  granted: Decimal;
  used: Decimal;
}

/** Uses and what was taken back, in the order in which they happened. */
function stepsOf(grants: readonly CreditGrant[], uses: readonly CreditUse[], at: EpochMs) {
  const takenBack = grants
    .filter(({ credits }) => credits.units < 0n)
    .map(({ id, credits, grantedAt }) => ({ id, credits: subtract(zero, credits), usedAt: grantedAt }));
  return [...takenBack.map((use) => ({ use, isTakenBack: true })), ...uses.map((use) => ({ use, isTakenBack: false }))]
    .filter(({ use }) => use.usedAt <= at)
    .toSorted(
      (a, b) => a.use.usedAt - b.use.usedAt || Number(b.isTakenBack) - Number(a.isTakenBack) || byId(a.use, b.use),
    );
}

/**
 * Takes a use from the grants that are usable at its instant; gives what none of them covers. What is taken back was never theirs: it is no use,
 * and of what is not there any more nothing is taken.
 */
function burn({ credits, usedAt }: CreditUse, held: readonly Held[], isTakenBack: boolean): Decimal {
  let open = credits;
  for (const one of held) {
    if (!isUsable(one.grant, usedAt)) continue;
    const taken = smallest(open, subtract(one.granted, one.used));
    if (isTakenBack) one.granted = subtract(one.granted, taken);
    else one.used = add(one.used, taken);
    open = subtract(open, taken);
  }
  return open;
}

function isUsable({ grantedAt, expiresAt }: CreditGrant, at: EpochMs): boolean {
  return grantedAt <= at && (expiresAt === undefined || at < expiresAt);
}

function balanceOf({ grant, granted, used }: Held, at: EpochMs): GrantBalance {
  const left = subtract(granted, used);
  const isOver = !isUsable(grant, at);
  return { id: grant.id, used, expired: isOver ? left : zero, remaining: isOver ? zero : left };
}

/** By priority, then the earliest expiry (none is the last), then age. */
function byBurnOrder(a: CreditGrant, b: CreditGrant): number {
  const byExpiry = (a.expiresAt ?? Number.MAX_VALUE) - (b.expiresAt ?? Number.MAX_VALUE);
  return a.priority - b.priority || byExpiry || a.grantedAt - b.grantedAt || byId(a, b);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
