'use client';

import { useState } from 'react';
import { Field } from '../../../../components/actions/confirm-dialog.tsx';
import { NumberField } from '../../../../components/actions/fields.tsx';
import { parseAmount } from '../../../../format/parse-amount.ts';
import { leads } from '../../../../messages/en-leads.ts';

export interface Fee {
  readonly minor: string;
  readonly currency: string;
}

const usualCurrency = 'EUR';

/** What was typed as a fee: none, one, or something that is none. */
export function useFee(likely: string | undefined) {
  const [amount, setAmount] = useState('');
  const [typed, setCurrency] = useState(likely ?? usualCurrency);
  const currency = typed.trim().toUpperCase();
  const minor = parseAmount(amount, currency);
  const fee: Fee | undefined = minor === undefined ? undefined : { minor, currency };
  return { amount, setAmount, typed, setCurrency, fee, isWrong: amount.trim() !== '' && fee === undefined };
}

export function FeeFields({ label, told }: { readonly label: string; readonly told: ReturnType<typeof useFee> }) {
  return (
    <div className="grid grid-cols-[1fr_96px] gap-3">
      <NumberField
        label={label}
        error={told.isWrong ? leads.feeWrong : undefined}
        value={told.amount}
        onType={told.setAmount}
      />
      <Field label={leads.currency} error={undefined}>
        {(field) => (
          <input
            {...field}
            className="field uppercase"
            maxLength={3}
            autoComplete="off"
            spellCheck={false}
            value={told.typed}
            onChange={(event) => told.setCurrency(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
