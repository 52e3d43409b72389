import { z } from 'zod';
import { moneyText } from '../money-text.ts';

const minor = z.string().regex(/^-?\d+$/);
const part = z.looseObject({
  of: z.string(),
  tier: z.number().optional(),
  quantity: z.string(),
  unitPrice: z.string(),
  amount: z.string(),
});
const explanation = z.looseObject({
  currency: z.string(),
  comesToMinor: minor,
  bookedMinor: minor,
  model: z.string().optional(),
  isLate: z.boolean().optional(),
  windows: z.looseObject({ rows: z.number(), firstStart: z.string(), lastEnd: z.string() }).optional(),
  period: z.looseObject({ start: z.string(), end: z.string() }).optional(),
  quantity: z.string().optional(),
  freeUnits: z.string().optional(),
  billable: z.string().optional(),
  parts: z.array(part).optional(),
  exact: z.string().optional(),
  minimumMinor: minor.optional(),
  maximumMinor: minor.optional(),
});

/** How a line came about, as staff read it: one step a line, ending with what was booked before. Nothing for a line without an explanation. */
export function explanationText(kept: unknown): string[] {
  const read = explanation.safeParse(kept);
  if (!read.success) return [];
  const told = read.data;
  const money = (amount: string) => moneyText(BigInt(amount), told.currency);
  return [
    ...(told.period
      ? [`for ${told.period.start} to ${told.period.end}${told.isLate === true ? ', came late' : ''}`]
      : []),
    ...(told.windows
      ? [
          `${told.windows.rows} ${told.windows.rows === 1 ? 'row' : 'rows'} of usage, ${told.windows.firstStart} to ${told.windows.lastEnd}`,
        ]
      : []),
    ...(told.quantity === undefined ? [] : [quantityText(told)]),
    ...(told.parts ?? []).map(partText),
    ...(told.exact === undefined ? [] : [`= ${told.exact} ${told.currency} exactly`]),
    ...(told.minimumMinor === undefined ? [] : [`at least ${money(told.minimumMinor)} a period`]),
    ...(told.maximumMinor === undefined ? [] : [`at most ${money(told.maximumMinor)} a period`]),
    `comes to ${money(told.comesToMinor)}, ${money(told.bookedMinor)} of it booked before`,
  ];
}

function quantityText({
  quantity = '0',
  freeUnits = '0',
  billable = quantity,
  model = '',
}: z.output<typeof explanation>) {
  const free = freeUnits === '0' ? '' : ` - ${freeUnits} free = ${billable}`;
  return `${quantity}${free}, ${model}`;
}

function partText({ of, tier, quantity, unitPrice, amount }: z.output<typeof part>): string {
  return `${tier === undefined ? '' : `tier ${tier}: `}${quantity} ${of} x ${unitPrice} = ${amount}`;
}
