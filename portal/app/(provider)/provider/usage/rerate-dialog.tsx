'use client';

import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useTold } from '../../../../components/actions/use-told.ts';
import type { ActionResult } from '../../../../auth/action-result.ts';
import { isLarge } from '../../../../format/large-amount.ts';
import { formatDecimalText, formatMoney } from '../../../../format/numbers.ts';
import { formatMonth } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { Outcome } from '../../../../services/provider/order-told.ts';
import type { Rerated } from '../../../../services/provider/usage-orders.ts';
import { rerateWindow } from './actions.ts';
import type { MenuWindow } from './window-menu.tsx';

const { orders } = usage;

/** Rates a window again: what that changes is shown before it is booked. */
export function RerateDialog({ of, onClose }: { readonly of: MenuWindow; readonly onClose: () => void }) {
  const dryRun = useTold(() =>
    rerateWindow({ row: of.key, isDryRun: true, reason: orders.dryRunReason, id: crypto.randomUUID() }),
  );
  const shown = dryRun?.ok && dryRun.value.outcome === 'done' ? dryRun.value.result : undefined;
  const { run } = useStaffAction(rerateWindow, () => ({ title: orders.rerated(of.meter) }));
  return (
    <ConfirmDialog
      title={orders.rerateTitle(of.meter)}
      text={orders.rerateText}
      confirm={orders.rerateConfirm}
      reason="required"
      typed={shown && isLarge(differenceOf(shown), shown.currency) ? of.meter : undefined}
      blocked={blockedBy(dryRun)}
      onConfirm={(told) => run({ row: of.key, isDryRun: false, comesToSeen: shown?.comesToMinor, ...told })}
      onClose={onClose}
    >
      <Difference shown={shown} />
    </ConfirmDialog>
  );
}

function differenceOf({ bookedMinor, comesToMinor }: Rerated): bigint {
  return BigInt(comesToMinor) - BigInt(bookedMinor);
}

type DryRun = ActionResult<Outcome<Rerated>>;

function blockedBy(dryRun: DryRun | undefined): string | undefined {
  if (!dryRun) return orders.computing;
  if (!dryRun.ok) return dryRun.message ?? messages.actions.refusals[dryRun.refusal];
  switch (dryRun.value.outcome) {
    case 'pending':
      return orders.slow;
    case 'refused':
      return dryRun.value.because;
    case 'done':
      return dryRun.value.result.lines.length === 0 ? orders.same : undefined;
  }
}

function Difference({ shown }: { readonly shown: Rerated | undefined }) {
  if (!shown) return <div className="min-h-28 rounded-control bg-sunken" aria-busy />;
  const { currency, quantityBefore, quantity, bookedMinor, comesToMinor, lines } = shown;
  const rows = [
    { name: orders.before, quantity: quantityBefore, minor: bookedMinor },
    { name: orders.after, quantity, minor: comesToMinor },
  ];
  return (
    <div role="status" className="rounded-control bg-sunken">
      <table className="num w-full [&_td]:px-3 [&_th]:px-3">
        <thead>
          <tr className="text-caption text-fg-2">
            <td />
            <th scope="col" className="py-1.5 text-right font-medium">
              {usage.columns.quantity}
            </th>
            <th scope="col" className="py-1.5 text-right font-medium">
              {usage.columns.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal">
                {row.name}
              </th>
              <td className="text-right">{formatDecimalText(row.quantity)}</td>
              <td className="text-right">{formatMoney(row.minor, currency)}</td>
            </tr>
          ))}
          {lines.map((line) => (
            <tr key={line.sourceKey} className="border-t border-line font-medium">
              <th scope="row" className="py-1 text-left font-medium">
                {line.isLate
                  ? orders.lateLine(formatMonth(line.invoiceRef))
                  : orders.line(formatMonth(line.invoiceRef))}
              </th>
              <td className="text-right">{formatDecimalText(line.quantity)}</td>
              <td className="text-right">{formatMoney(line.amountMinor, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
