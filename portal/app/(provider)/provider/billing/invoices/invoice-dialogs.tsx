'use client';

import { useState } from 'react';
import type { ActionResult } from '../../../../../auth/action-result.ts';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { DayField } from '../../../../../components/actions/fields.tsx';
import type { Confirmed } from '../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { invoiceActs } from '../../../../../messages/en-invoice-acts.ts';
import type { InvoiceOutcome } from '../../../../../services/provider/billing-orders.ts';
import {
  makeCreditNote,
  makeRefund,
  markUncollectible,
  pauseDunning,
  resumeDunning,
  retryPayment,
  sendNotice,
  takeBackRefunds,
  voidInvoice,
  writeOff,
} from '../actions.ts';
import { AmountConfirm } from './amount-confirm.tsx';
import type { InvoiceDialog, MenuInvoice } from './invoice-items.ts';

interface DialogProps {
  readonly invoice: MenuInvoice;
  readonly dialog: InvoiceDialog;
  readonly onDone: (outcome: InvoiceOutcome) => void;
  readonly onClose: () => void;
}

/** Asks before an order about an invoice is given; the version that the member saw goes along. */
export function InvoiceDialogs(props: DialogProps) {
  switch (props.dialog) {
    case 'credit':
      return <AmountDialog {...props} action={makeCreditNote} mostMinor={props.invoice.dueMinor} />;
    case 'refund':
      return (
        <AmountDialog
          {...props}
          action={makeRefund}
          mostMinor={props.invoice.paidMinor - props.invoice.refundedMinor}
          isBad
        />
      );
    case 'takeBack':
      return <PlainDialog {...props} action={takeBackRefunds} isFinal />;
    case 'pause':
      return <PauseDialog {...props} />;
    case 'void':
      return <PlainDialog {...props} action={voidInvoice} isFinal />;
    case 'uncollectible':
      return <PlainDialog {...props} action={markUncollectible} isFinal />;
    case 'writeOff':
      return <PlainDialog {...props} action={writeOff} isFinal />;
    case 'retry':
      return <PlainDialog {...props} action={retryPayment} />;
    case 'resume':
      return <PlainDialog {...props} action={resumeDunning} />;
    case 'notice':
      return <PlainDialog {...props} action={sendNotice} />;
  }
}

interface Order extends Confirmed {
  readonly row: string;
  readonly versionSeen: number;
}

interface PlainDialogProps extends DialogProps {
  readonly action: (order: Order) => Promise<ActionResult<InvoiceOutcome>>;
  /** Nothing takes it back: the invoice's name must be typed. */
  readonly isFinal?: boolean;
}

function PlainDialog({ invoice, dialog, action, isFinal = false, onDone, onClose }: PlainDialogProps) {
  const copy = invoiceActs[dialog];
  const { run } = useStaffAction(action, told(onDone));
  return (
    <ConfirmDialog
      title={copy.title(invoice.label)}
      text={copy.text}
      confirm={copy.confirm}
      isBad={isFinal}
      reason={isFinal ? 'required' : 'optional'}
      typed={isFinal ? invoice.label : undefined}
      onConfirm={(confirmed) => run({ ...orderOf(invoice), ...confirmed })}
      onClose={onClose}
    />
  );
}

interface AmountDialogProps extends DialogProps {
  readonly action: (order: Order & { readonly amountMinor: string }) => Promise<ActionResult<InvoiceOutcome>>;
  readonly mostMinor: bigint;
  readonly isBad?: boolean;
}

function AmountDialog({ invoice, dialog, action, onDone, ...asked }: AmountDialogProps) {
  const copy = invoiceActs[dialog];
  const { run } = useStaffAction(action, told(onDone));
  return (
    <AmountConfirm
      title={copy.title(invoice.label)}
      text={copy.text}
      confirm={copy.confirm}
      name={invoice.label}
      currency={invoice.currency}
      onConfirm={(confirmed) => run({ ...orderOf(invoice), ...confirmed })}
      {...asked}
    />
  );
}

function PauseDialog({ invoice, dialog, onDone, onClose }: DialogProps) {
  const copy = invoiceActs[dialog];
  const [day, setDay] = useState('');
  const { run } = useStaffAction(pauseDunning, told(onDone));
  const isPast = day !== '' && Date.parse(day) <= Date.now();
  return (
    <ConfirmDialog
      title={copy.title(invoice.label)}
      text={copy.text}
      confirm={copy.confirm}
      reason="required"
      blocked={isPast ? invoiceActs.dayPast : undefined}
      onConfirm={(confirmed) =>
        run({ ...orderOf(invoice), ...confirmed, ...(day !== '' && { until: `${day}T00:00:00.000Z` }) })
      }
      onClose={onClose}
    >
      <DayField
        label={invoiceActs.until}
        error={isPast ? invoiceActs.dayPast : undefined}
        value={day}
        onType={setDay}
      />
    </ConfirmDialog>
  );
}

function orderOf({ key, version }: MenuInvoice) {
  return { row: key, versionSeen: version };
}

/** What was done is shown in a result of its own, not in a notice. */
function told(onDone: (outcome: InvoiceOutcome) => void) {
  return (outcome: InvoiceOutcome) => {
    onDone(outcome);
    return undefined;
  };
}
