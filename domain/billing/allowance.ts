import { add, compare, multiply, wholeDecimal, zero, type Decimal } from '../decimal.ts';
import type { CreditUse } from './credits.ts';

export const defaultAlertLevels: readonly number[] = [75, 90, 100];

/** A figure of the org's plan, apart from grants. */
export interface Allowance {
  readonly credits: Decimal;
  /** Percent of the credits. */
  readonly alertLevels: readonly number[];
  readonly isHardCap: boolean;
}

/** The levels that a month's use has reached, and that did not fire for the org in that month before. None without an allowance. */
export function alertsToFire(used: Decimal, allowance: Allowance | undefined, fired: readonly number[]): number[] {
  if (!allowance || used.units <= 0n) return [];
  return allowance.alertLevels.filter((level) => isAtLevel(used, allowance.credits, level) && !fired.includes(level));
}

/** An alert fires once per org, month and level. */
export function alertKey(orgId: string, month: string, level: number): string {
  return `ai-alert:${orgId}:${month}:${level}`;
}

/** At 100 % a hard cap refuses further use, in the figures that staff see. */
export function isCapReached(used: Decimal, allowance: Allowance | undefined): boolean {
  return allowance !== undefined && allowance.isHardCap && compare(used, allowance.credits) >= 0;
}

/**
 * The ids of a month's uses that are over a hard cap: each that lifts the month above the allowance, as a whole. They are
 * recorded all the same.
 */
export function usesOverCap(uses: readonly CreditUse[], allowance: Allowance | undefined): string[] {
  if (!allowance?.isHardCap) return [];
  const over: string[] = [];
  let used = zero;
  for (const { id, credits } of uses.toSorted((a, b) => a.usedAt - b.usedAt || (a.id < b.id ? -1 : 1))) {
    used = add(used, credits);
    if (compare(used, allowance.credits) > 0) over.push(id);
  }
  return over;
}

/** A level is reached at it or above it. */
function isAtLevel(used: Decimal, allowed: Decimal, level: number): boolean {
  return compare(multiply(used, wholeDecimal(100n)), multiply(allowed, wholeDecimal(BigInt(level)))) >= 0;
}
