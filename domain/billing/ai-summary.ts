import { add, zero, type Decimal } from '../decimal.ts';
import type { EpochMs } from '../instants.ts';
import { utcMonthOf } from './periods.ts';

export interface AiUse {
  readonly orgId: string;
  readonly feature: string;
  /** Empty where the tenant named none. */
  readonly model: string;
  readonly usedAt: EpochMs;
  readonly credits: Decimal;
  readonly promptTokens: bigint;
  readonly completionTokens: bigint;
}

export interface AiMonthlySummary {
  readonly orgId: string;
  readonly month: string;
  readonly feature: string;
  readonly model: string;
  readonly uses: bigint;
  readonly credits: Decimal;
  readonly promptTokens: bigint;
  readonly completionTokens: bigint;
}

/** One row per org, UTC month, feature and model, computed again from the uses, never incremented. */
export function summarize(uses: readonly AiUse[]): AiMonthlySummary[] {
  const summaries = new Map<string, AiMonthlySummary>();
  for (const { orgId, feature, model, usedAt, ...used } of uses) {
    const month = utcMonthOf(usedAt);
    const key = JSON.stringify([orgId, month, feature, model]);
    const before = summaries.get(key);
    summaries.set(key, {
      orgId,
      month,
      feature,
      model,
      uses: (before?.uses ?? 0n) + 1n,
      credits: add(before?.credits ?? zero, used.credits),
      promptTokens: (before?.promptTokens ?? 0n) + used.promptTokens,
      completionTokens: (before?.completionTokens ?? 0n) + used.completionTokens,
    });
  }
  return [...summaries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, summary]) => summary);
}
