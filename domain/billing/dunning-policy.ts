import { z } from 'zod';
import { issuesOf, type Parsed } from '../issues.ts';

const stepsMax = 20;
const daysMax = 365;

const policySchema = z.strictObject({
  /** Days after the failed collection on which it is tried again. */
  retryDays: z
    .array(z.int().min(1).max(daysMax))
    .max(stepsMax)
    .refine((days) => days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0)), {
      error: 'Must ascend, each day once',
    }),
  /** Days between the last step and the end state. */
  graceDays: z.int().min(0).max(daysMax),
  endState: z.enum(['uncollectible', 'cancel_subscription', 'past_due']),
});

export type DunningPolicy = z.output<typeof policySchema>;

export const defaultPolicy: DunningPolicy = { retryDays: [1, 3, 5, 7, 14], graceDays: 7, endState: 'uncollectible' };

/** Reads an org's policy. A part that is absent is refused, not taken from the default. */
export function parsePolicy(value: unknown): Parsed<DunningPolicy> {
  const result = policySchema.safeParse(value);
  return result.success ? { ok: true, value: result.data } : { ok: false, issues: issuesOf(result.error) };
}
