'use client';

import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import type { Said } from '../../../../components/actions/toast.ts';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { Outcome } from '../../../../services/provider/order-told.ts';
import type { Rerated } from '../../../../services/provider/usage-orders.ts';
import { excludeUsage } from './actions.ts';
import type { MenuWindow } from './window-menu.tsx';

const { orders } = usage;

interface ExcludeDialogProps {
  readonly of: MenuWindow;
  /** False to take in again. */
  readonly isExcluded: boolean;
  /** All of the window where none is named. */
  readonly rows?: readonly { readonly eventId: string; readonly index: number }[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Takes usage out of a window, or in again. */
export function ExcludeDialog({ of, isExcluded, rows, onClose, onDone }: ExcludeDialogProps) {
  const { key: row, meter } = of;
  const { run } = useStaffAction(excludeUsage, (outcome) => {
    onDone?.();
    return saidOf(isExcluded ? orders.excluded(meter) : orders.included(meter), outcome);
  });
  const whole = isExcluded ? orders.all : orders.allExcluded;
  return (
    <ConfirmDialog
      title={isExcluded ? orders.excludeTitle(meter) : orders.includeTitle(meter)}
      text={isExcluded ? orders.excludeText : orders.includeText}
      confirm={isExcluded ? orders.excludeConfirm : orders.includeConfirm}
      isBad={isExcluded}
      reason="required"
      onConfirm={(told) => run({ row, isExcluded, ...(rows && { rows: [...rows] }), ...told })}
      onClose={onClose}
    >
      <p className="rounded-control bg-sunken px-3 py-2">{rows ? orders.some(rows.length) : whole}</p>
    </ConfirmDialog>
  );
}

function saidOf(title: string, outcome: Outcome<Rerated>): Said | undefined {
  if (outcome.outcome !== 'done') return undefined;
  const { rows = 0, comesToMinor, currency } = outcome.result;
  return { title, text: orders.comesTo(orders.some(rows), formatMoney(comesToMinor, currency)) };
}
