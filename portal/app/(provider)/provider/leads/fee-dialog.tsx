'use client';

import { useState } from 'react';
import { ConfirmDialog, Field } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { parseAmount } from '../../../../format/parse-amount.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { setLeadFee } from './actions.ts';
import type { MenuLead } from './lead-items.ts';

const usualCurrency = 'EUR';

/** Sets the fee of a lead whose organisation told none. */
export function FeeDialog({ lead, onClose }: { readonly lead: MenuLead; readonly onClose: () => void }) {
  const [amount, setAmount] = useState('');
  const [currency, setCurrency] = useState(lead.currency ?? usualCurrency);
  const feeMinor = parseAmount(amount, currency.trim().toUpperCase());
  const isWrong = amount !== '' && feeMinor === undefined;
  const { run } = useStaffAction(setLeadFee, (_value, told) => ({
    title: leads.feeSet(lead.label, formatMoney(told.feeMinor, told.currency)),
  }));
  return (
    <ConfirmDialog
      title={leads.feeTitle(lead.label)}
      text={leads.feeText}
      confirm={leads.feeConfirm}
      reason="required"
      blocked={feeMinor === undefined ? leads.feeMissing : undefined}
      onConfirm={(told) =>
        run({ row: lead.key, feeMinor: feeMinor ?? '', currency: currency.trim().toUpperCase(), ...told })
      }
      onClose={onClose}
    >
      <div className="grid grid-cols-[1fr_96px] gap-3">
        <Field label={leads.columns.fee} error={isWrong ? leads.feeWrong : undefined}>
          {(field) => (
            <input
              {...field}
              className="field num"
              inputMode="decimal"
              autoComplete="off"
              value={amount}
              onChange={(event) => setAmount(event.target.value)}
            />
          )}
        </Field>
        <Field label={leads.currency} error={undefined}>
          {(field) => (
            <input
              {...field}
              className="field uppercase"
              maxLength={3}
              autoComplete="off"
              spellCheck={false}
              value={currency}
              onChange={(event) => setCurrency(event.target.value)}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
