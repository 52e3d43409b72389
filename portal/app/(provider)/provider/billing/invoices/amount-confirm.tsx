import { useState } from 'react';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { NumberField } from '../../../../../components/actions/fields.tsx';
import type { Confirmed } from '../../../../../components/actions/confirm-dialog.tsx';
import { isLarge } from '../../../../../format/large-amount.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { parseAmount } from '../../../../../format/parse-amount.ts';
import { invoiceActs } from '../../../../../messages/en-invoice-acts.ts';

export interface AmountConfirmProps {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  /** What must be typed where the amount is large. */
  readonly name: string;
  readonly currency: string;
  readonly mostMinor: bigint;
  readonly isBad?: boolean;
  readonly onConfirm: (told: Confirmed & { readonly amountMinor: string }) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks for an amount of money, above 0 and up to the most that there is, and for a reason. */
export function AmountConfirm(props: AmountConfirmProps) {
  const { title, text, confirm, name, currency, mostMinor, isBad = false, onConfirm, onClose } = props;
  const [amount, setAmount] = useState('');
  const amountMinor = amount === '' ? String(mostMinor) : parseAmount(amount, currency);
  const asked = BigInt(amountMinor ?? '0');
  const isFitting = asked > 0n && asked <= mostMinor;
  const most = formatMoney(mostMinor, currency);
  return (
    <ConfirmDialog
      title={title}
      text={text}
      confirm={isFitting ? `${confirm} ${formatMoney(asked, currency)}` : confirm}
      isBad={isBad}
      reason="required"
      typed={isLarge(asked, currency) ? name : undefined}
      blocked={isFitting ? undefined : invoiceActs.amountWrong(most)}
      onConfirm={(confirmed) => onConfirm({ ...confirmed, amountMinor: String(asked) })}
      onClose={onClose}
    >
      <NumberField
        label={invoiceActs.amount(currency)}
        error={isFitting ? undefined : invoiceActs.amountWrong(most)}
        value={amount}
        onType={setAmount}
        placeholder={most.replace(` ${currency}`, '')}
      />
    </ConfirmDialog>
  );
}
