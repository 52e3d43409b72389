import { formatDecimalText, formatMoney } from '../../format/numbers.ts';
import { usage } from '../../messages/en-usage.ts';
import type { LineExplanation } from '../../services/provider/line-explanation.ts';

const { columns } = usage;

/** How a line of an invoice came about, tier by tier. */
export function Explained({
  explanation,
  currency,
}: {
  readonly explanation: LineExplanation;
  readonly currency: string;
}) {
  const { parts, quantity, freeUnits, billable, exact } = explanation;
  return (
    <>
      <p className="num text-caption text-fg-2">
        {usage.quantityOf(formatDecimalText(quantity), formatDecimalText(freeUnits), formatDecimalText(billable))}
      </p>
      <table className="num w-full text-right">
        <thead className="text-caption text-fg-2">
          <tr>
            <th scope="col" className="py-1 text-left font-medium">
              {usage.part}
            </th>
            <th scope="col" className="font-medium">
              {columns.quantity}
            </th>
            <th scope="col" className="font-medium">
              {usage.inCurrency(usage.unitPrice, currency)}
            </th>
            <th scope="col" className="font-medium">
              {usage.inCurrency(usage.partAmount, currency)}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            <tr key={index} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal">
                {nameOf(part)}
              </th>
              <td>{formatDecimalText(part.quantity)}</td>
              <td>{part.unitPrice}</td>
              <td>{formatDecimalText(part.amount)}</td>
            </tr>
          ))}
          {parts.length > 1 && (
            <tr className="border-t border-line">
              <th scope="row" colSpan={3} className="py-1 text-left font-normal">
                {usage.sum}
              </th>
              <td>{formatDecimalText(exact)}</td>
            </tr>
          )}
          <Bounds explanation={explanation} currency={currency} />
        </tbody>
      </table>
    </>
  );
}

/** What the sum comes to, or what a bound adds to it or takes off; and what of that other lines have, where any do. */
function Bounds({ explanation, currency }: { readonly explanation: LineExplanation; readonly currency: string }) {
  const { kind, minimumMinor, maximumMinor, comesToMinor, bookedMinor } = explanation;
  const booked = BigInt(bookedMinor);
  const isFirst = booked === 0n;
  const result = kind === 'commitment' || kind === 'discount' ? usage.result[kind] : usage.comesTo;
  const rows = [
    { name: usage.minimum, minor: kind === 'commitment' ? minimumMinor : undefined },
    { name: usage.maximum, minor: kind === 'discount' ? maximumMinor : undefined },
    { name: result, minor: comesToMinor, isResult: isFirst },
    { name: usage.booked, minor: isFirst ? undefined : -booked },
    { name: usage.line, minor: isFirst ? undefined : BigInt(comesToMinor) - booked, isResult: true },
  ];
  return rows.map(({ name, minor, isResult }) =>
    minor === undefined ? null : (
      <tr key={name} className={`border-t border-line ${isResult ? 'font-medium' : ''}`}>
        <th scope="row" colSpan={3} className={`py-1 text-left ${isResult ? 'font-medium' : 'font-normal'}`}>
          {name}
        </th>
        <td>{formatMoney(minor, currency)}</td>
      </tr>
    ),
  );
}

function nameOf({ of, tier }: LineExplanation['parts'][number]) {
  if (tier !== undefined) return of === 'fee' ? usage.tierFee(tier) : usage.tier(tier);
  return of === 'units' || of === 'packages' || of === 'fee' ? usage.of[of] : of;
}
