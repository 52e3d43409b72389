import { z } from 'zod';
import { add, compare, decimal, largest, multiply, wholeDecimal, zero, type Decimal } from '../decimal.ts';
import * as field from '../fields.ts';
import { issuesOf, type Parsed } from '../issues.ts';
import type { CreditUse } from './credits.ts';

export const defaultAlertLevels: readonly number[] = [75, 90, 100];
const alertLevelMax = 1_000;
const alertLevelsMax = 20;

/** A figure of the org's plan, apart from grants. */
export interface Allowance {
  readonly credits: Decimal;
  /** Percent of the credits. */
  readonly alertLevels: readonly number[];
  readonly isHardCap: boolean;
}

const allowanceSchema = z.strictObject({
  credits: field.quantity.transform(decimal),
  alertLevels: z
    .array(z.int().min(1).max(alertLevelMax))
    .max(alertLevelsMax)
    .refine((levels) => levels.every((level, index) => index === 0 || level > (levels[index - 1] ?? 0)), {
      error: 'Must ascend, each level once',
    })
    .default([...defaultAlertLevels]),
  isHardCap: z.boolean().default(false),
});

/** Reads the allowance of a plan. Levels that are absent are the usual ones; a cap is hard only where it says so. */
export function parseAllowance(value: unknown): Parsed<Allowance> {
  const result = allowanceSchema.safeParse(value);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: issuesOf(result.error) };
}

/** What a month allows where staff raised it: never less than the plan. */
export function raisedTo(allowance: Allowance, limit: Decimal | undefined): Allowance {
  return limit ? { ...allowance, credits: largest(allowance.credits, limit) } : allowance;
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
