'use client';

import { useState } from 'react';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { payOut } from '../../../../../messages/en-invoice-acts.ts';
import { payOutCredit } from '../actions.ts';
import { AmountConfirm } from './amount-confirm.tsx';

interface PayOutProps {
  readonly org: { readonly id: string; readonly name: string };
  readonly currency: string;
  readonly creditMinor: bigint;
}

/** Books what an organisation has to its credit as sent to it; the credit that the member saw goes along. */
export function PayOut(props: PayOutProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-small" data-palette="" onClick={() => setOpen(true)}>
        {payOut.item}
      </button>
      {isOpen && <PayOutDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function PayOutDialog({ org, currency, creditMinor, onClose }: PayOutProps & { readonly onClose: () => void }) {
  const { run } = useStaffAction(payOutCredit, (_, { amountMinor }) => ({
    title: payOut.done(formatMoney(amountMinor, currency), org.name),
    text: payOut.after,
  }));
  return (
    <AmountConfirm
      title={payOut.title(org.name)}
      text={payOut.text}
      confirm={payOut.confirm}
      name={org.name}
      currency={currency}
      mostMinor={creditMinor}
      isBad
      onConfirm={(confirmed) => run({ org: org.id, currency, heldSeen: String(creditMinor), ...confirmed })}
      onClose={onClose}
    />
  );
}
