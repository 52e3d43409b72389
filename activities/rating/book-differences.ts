import { zero } from '#domain/decimal';
import { groupBy } from '../billing/group-by.ts';
import type { DraftLine } from '../billing/write-lines.ts';
import type { SourceCharge } from './charges.ts';
import type { BookedSourceLine } from './load-booked.ts';

/**
 * The lines that bring what is booked to what is charged: each charge once, and where a source changed after it was billed, late or reordered
 * events, the difference as `{source key}:{n}`. What is booked and no longer charged goes back.
 */
export function bookDifferences(charges: readonly SourceCharge[], booked: readonly BookedSourceLine[]): DraftLine[] {
  const charged = groupBy(charges, (charge) => keyOf(charge.orgId, charge.sourceKey));
  const before = groupBy(booked, (line) => keyOf(line.orgId, baseOf(line)));
  return [...new Set([...before.keys(), ...charged.keys()])].flatMap((key) =>
    differencesOf(charged.get(key) ?? [], before.get(key) ?? []),
  );
}

function differencesOf(charged: readonly SourceCharge[], booked: readonly BookedSourceLine[]): DraftLine[] {
  const currencies = [...new Set([...booked, ...charged].map(({ currency }) => currency))];
  const lines: DraftLine[] = [];
  for (const currency of currencies) {
    const charge = charged.find((one) => one.currency === currency);
    const own = booked.filter((one) => one.currency === currency);
    const bookedMinor = own.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    const comesToMinor = charge?.amountMinor ?? 0n;
    if (bookedMinor === comesToMinor) continue;
    const number = booked.length + lines.length + 1;
    lines.push(...lineOf(charge, own[0], { number, bookedMinor, comesToMinor }));
  }
  return lines;
}

interface Difference {
  readonly number: number;
  readonly bookedMinor: bigint;
  readonly comesToMinor: bigint;
}

function lineOf(
  charge: SourceCharge | undefined,
  first: BookedSourceLine | undefined,
  difference: Difference,
): DraftLine[] {
  const { number, bookedMinor, comesToMinor } = difference;
  const amountMinor = comesToMinor - bookedMinor;
  const sums = { bookedMinor: String(bookedMinor), comesToMinor: String(comesToMinor) };
  if (charge) {
    const { detail, sourceKey, ...line } = charge;
    const key = number === 1 ? sourceKey : `${sourceKey}:${number}`;
    const explanation = JSON.stringify({ ...detail, currency: charge.currency, period: periodText(charge), ...sums });
    return [{ ...line, sourceKey: key, meter: undefined, isLate: false, amountMinor, explanation }];
  }
  if (!first) return [];
  const { orgId, source, stream, currency, description, period } = first;
  const line = { orgId, source, stream, currency, description, period };
  const explanation = JSON.stringify({ kind: 'reversal', currency, period: periodText(first), ...sums });
  const sourceKey = `${baseOf(first)}:${number}`;
  return [{ ...line, sourceKey, meter: undefined, quantity: zero, isLate: false, amountMinor, explanation }];
}

const numberAtEnd = /:\d+$/;

/** The key of the charge that a line is of: without the number of a difference. A source's own id may end like one. */
export function baseOf({ source, sourceKey }: Pick<BookedSourceLine, 'source' | 'sourceKey'>): string {
  const rest = sourceKey.startsWith(source) ? sourceKey.slice(source.length) : undefined;
  if (rest === '' || (rest !== undefined && /^:\d+$/.test(rest))) return source;
  return sourceKey.replace(numberAtEnd, '');
}

function periodText({ period }: Pick<SourceCharge, 'period'>) {
  return { start: new Date(period.start).toISOString(), end: new Date(period.end).toISOString() };
}

function keyOf(orgId: string, sourceKey: string): string {
  return JSON.stringify([orgId, sourceKey]);
}
