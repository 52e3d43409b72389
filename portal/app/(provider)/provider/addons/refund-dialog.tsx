'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { NumberField } from '../../../../components/actions/fields.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { amountText } from '../../../../format/amount-text.ts';
import { isLarge } from '../../../../format/large-amount.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { parseAmount } from '../../../../format/parse-amount.ts';
import { addons } from '../../../../messages/en-addons.ts';
import { refundPurchase } from './actions.ts';
import type { MenuPurchase } from './purchase-menu.tsx';

/** Refunds a part of a purchase or what is left of it. */
export function RefundDialog({ purchase, onClose }: { readonly purchase: MenuPurchase; readonly onClose: () => void }) {
  const { key: row, id, currency, leftMinor = '0', version: versionSeen } = purchase;
  const [amount, setAmount] = useState(amountText(leftMinor, currency));
  const amountMinor = parseAmount(amount, currency);
  const error = wrongWith(amount, amountMinor, purchase);
  const { run } = useStaffAction(refundPurchase, (outcome, told) => ({
    title: addons.refundDone(formatMoney(told.amountMinor, currency), id),
    text: outcome.outcome === 'done' && outcome.result.isRated ? addons.refundBooked : addons.refundLater,
  }));
  return (
    <ConfirmDialog
      title={addons.refundTitle(id)}
      text={addons.refundText}
      confirm={addons.refundConfirm}
      isBad
      reason="required"
      typed={isLarge(BigInt(amountMinor ?? 0), currency) ? id : undefined}
      blocked={error}
      onConfirm={(told) => run({ row, amountMinor: amountMinor ?? '', versionSeen, ...told })}
      onClose={onClose}
    >
      <NumberField label={addons.refundAmount(currency)} error={error} value={amount} onType={setAmount} />
      <p className="text-caption text-fg-2">{addons.refundLeft(formatMoney(leftMinor, currency))}</p>
    </ConfirmDialog>
  );
}

function wrongWith(
  amount: string,
  amountMinor: string | undefined,
  { leftMinor = '0', currency }: MenuPurchase,
): string | undefined {
  if (amount.trim() === '') return addons.refundMissing;
  if (amountMinor === undefined || amountMinor === '0') return addons.refundWrong(currency);
  return BigInt(amountMinor) > BigInt(leftMinor) ? addons.refundTooMuch(formatMoney(leftMinor, currency)) : undefined;
}
