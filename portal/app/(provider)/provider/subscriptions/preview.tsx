'use client';

import type { ActionResult } from '../../../../auth/action-result.ts';
import { isLarge } from '../../../../format/large-amount.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { OrderPreview } from '../../../../services/provider/subscription-orders.ts';

const { orders } = subscriptions;

/** Why nothing can be confirmed yet, as the dialog says it. */
export function blockedBy(preview: ActionResult<OrderPreview> | undefined): string | undefined {
  if (!preview) return orders.computing;
  return preview.ok ? undefined : (preview.message ?? messages.actions.refusals[preview.refusal]);
}

/** Whether what it bills or credits is so much that the subscription is typed first. */
export function isLargeOrder(preview: ActionResult<OrderPreview> | undefined): boolean {
  return preview?.ok === true && isLarge(BigInt(preview.value.netMinor), preview.value.currency);
}

interface PreviewProps {
  readonly preview: ActionResult<OrderPreview> | undefined;
  readonly zone: string;
}

/** What would be billed and credited, to the minor unit, and what becomes of the monthly revenue. */
export function Preview({ preview, zone }: PreviewProps) {
  if (!preview?.ok)
    return (
      <div className="grid min-h-24 place-items-center rounded-control bg-sunken px-3 py-2" aria-busy={!preview}>
        {preview && <p className="text-caption text-fg-2">{orders.previewHere}</p>}
      </div>
    );
  const { effectiveAt, lines, netMinor, currency, mrrBeforeMinor, mrrAfterMinor } = preview.value;
  const day = (at: number) => formatInstant(at, zone, 'day');
  return (
    <div role="status" className="min-h-24 rounded-control bg-sunken px-3 py-2">
      <p className="font-medium">{orders.from(day(effectiveAt))}</p>
      <table className="num mt-1 w-full">
        <tbody>
          {lines.map(({ kind, amountMinor, start, end }) => (
            <tr key={`${kind} ${start}`}>
              <th scope="row" className="py-0.5 text-left font-normal text-fg-2">
                {orders.kinds[kind]}, {day(start)} – {day(end - 1)}
              </th>
              <td className="text-right">{formatMoney(amountMinor, currency)}</td>
            </tr>
          ))}
          <tr className="border-t border-line">
            <th scope="row" className="py-0.5 text-left font-medium">
              {lines.length === 0 ? orders.noLines : orders.net}
            </th>
            <td className="text-right font-medium">{formatMoney(netMinor, currency)}</td>
          </tr>
          <tr>
            <th scope="row" className="py-0.5 text-left font-normal text-fg-2">
              {orders.mrr}
            </th>
            <td className="text-right whitespace-nowrap">
              {formatMoney(mrrBeforeMinor, currency)} → {formatMoney(mrrAfterMinor, currency)}
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
