import { add, smallest, subtract, sum, zero, type Decimal } from '../decimal.ts';
import type { EpochMs } from '../instants.ts';

/** Credits that were granted or bought: usable from `grantedAt` until just before `expiresAt`. */
export interface CreditGrant {
  readonly id: string;
  /** Lower numbers burn first. */
  readonly priority: number;
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
  const held = grants.filter(({ grantedAt }) => grantedAt <= at).toSorted(byBurnOrder);
  const burnt = new Map(held.map(({ id }) => [id, zero]));
  const overages = uses
    .filter(({ usedAt }) => usedAt <= at)
    .toSorted(byUse)
    .map((use) => ({ id: use.id, credits: burn(use, held, burnt) }))
    .filter(({ credits }) => credits.units > 0n);
  const balances = held.map((grant) => balanceOf(grant, burnt.get(grant.id) ?? zero, at));
  const granted = sum(held.map(({ credits }) => credits));
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

/** Takes a use from the grants that are usable at its instant; gives what none of them covers. */
function burn({ credits, usedAt }: CreditUse, held: readonly CreditGrant[], burnt: Map<string, Decimal>): Decimal {
  let open = credits;
  for (const grant of held) {
    if (!isUsable(grant, usedAt)) continue;
    const before = burnt.get(grant.id) ?? zero;
    const taken = smallest(open, subtract(grant.credits, before));
    burnt.set(grant.id, add(before, taken));
    open = subtract(open, taken);
  }
  return open;
}

function isUsable({ grantedAt, expiresAt }: CreditGrant, at: EpochMs): boolean {
  return grantedAt <= at && (expiresAt === undefined || at < expiresAt);
}

function balanceOf(grant: CreditGrant, used: Decimal, at: EpochMs): GrantBalance {
  const left = subtract(grant.credits, used);
  const isOver = !isUsable(grant, at);
  return { id: grant.id, used, expired: isOver ? left : zero, remaining: isOver ? zero : left };
}

/** By priority, then the earliest expiry (none is the last), then age. */
function byBurnOrder(a: CreditGrant, b: CreditGrant): number {
  const byExpiry = (a.expiresAt ?? Number.MAX_VALUE) - (b.expiresAt ?? Number.MAX_VALUE);
  return a.priority - b.priority || byExpiry || a.grantedAt - b.grantedAt || byId(a, b);
}

function byUse(a: CreditUse, b: CreditUse): number {
  return a.usedAt - b.usedAt || byId(a, b);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
