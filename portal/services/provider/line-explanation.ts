import { z } from 'zod';

/** How a line of usage came about, as the rating kept it. */
export const Explanation = z.looseObject({
  kind: z.string(),
  model: z.string(),
  quantity: z.string(),
  freeUnits: z.string(),
  billable: z.string(),
  parts: z.array(
    z.object({
      of: z.string(),
      tier: z.number().optional(),
      quantity: z.string(),
      unitPrice: z.string(),
      amount: z.string(),
    }),
  ),
  exact: z.string(),
  minimumMinor: z.string().optional(),
  maximumMinor: z.string().optional(),
  comesToMinor: z.string(),
  bookedMinor: z.string(),
});
export type LineExplanation = z.infer<typeof Explanation>;

/** The part whose price tells what one more costs: the flat fee of a tier comes after its units, and is no price of one. */
export function lastPriced(parts: LineExplanation['parts']): LineExplanation['parts'][number] | undefined {
  return parts.findLast(({ of }) => of !== 'fee') ?? parts.at(-1);
}
