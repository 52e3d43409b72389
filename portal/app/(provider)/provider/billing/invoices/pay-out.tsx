'use client';

import { useState } from 'react';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { payOut, sendBack } from '../../../../../messages/en-invoice-acts.ts';
import { payOutCredit, sendOverpaidBack } from '../actions.ts';
import { AmountConfirm, type AmountConfirmProps } from './amount-confirm.tsx';
import type { MenuInvoice } from './invoice-items.ts';

interface PayOutProps {
  readonly org: { readonly id: string; readonly name: string };
  readonly currency: string;
  readonly creditMinor: bigint;
}

/** Books what an organisation has to its credit as sent to it; the credit that the member saw goes along. */
export function PayOut({ org, currency, creditMinor }: PayOutProps) {
  const { run } = useStaffAction(payOutCredit, (_, { amountMinor }) => ({
    title: payOut.done(formatMoney(amountMinor, currency), org.name),
    text: payOut.after,
  }));
  return (
    <AmountButton
      item={payOut.item}
      title={payOut.title(org.name)}
      text={payOut.text}
      confirm={payOut.confirm}
      name={org.name}
      currency={currency}
      mostMinor={creditMinor}
      onConfirm={(confirmed) => run({ org: org.id, currency, heldSeen: String(creditMinor), ...confirmed })}
    />
  );
}

interface SendBackProps {
  readonly invoice: Pick<MenuInvoice, 'key' | 'label' | 'currency' | 'version'>;
  readonly mostMinor: bigint;
}

/** Sends what was overpaid back through the provider that took it; the version that the member saw goes along. */
export function SendBack({ invoice: { key, label, currency, version }, mostMinor }: SendBackProps) {
  const { run } = useStaffAction(sendOverpaidBack, (_, { amountMinor }) => ({
    title: sendBack.done(formatMoney(amountMinor, currency)),
    text: sendBack.after,
  }));
  return (
    <AmountButton
      item={sendBack.item}
      title={sendBack.title(label)}
      text={sendBack.text}
      confirm={sendBack.confirm}
      name={label}
      currency={currency}
      mostMinor={mostMinor}
      onConfirm={(confirmed) => run({ row: key, versionSeen: version, ...confirmed })}
    />
  );
}

function AmountButton({ item, ...asked }: Omit<AmountConfirmProps, 'isBad' | 'onClose'> & { readonly item: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-small" data-palette="" onClick={() => setOpen(true)}>
        {item}
      </button>
      {isOpen && <AmountConfirm {...asked} isBad onClose={() => setOpen(false)} />}
    </>
  );
}
