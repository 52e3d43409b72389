'use client';

import { useId, useState } from 'react';
import type { NewTerms, OrderTime } from '#domain/billing/subscription-orders';
import { ConfirmDialog, Field } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { amountText } from '../../../../format/amount-text.ts';
import { parseAmount } from '../../../../format/parse-amount.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { changeSubscription } from './actions.ts';
import type { SubscriptionDialogProps } from './cancel-dialog.tsx';
import type { MenuSubscription } from './menu-subscription.ts';
import { blockedBy, isLargeOrder, Preview } from './preview.tsx';
import { saidOf } from './said-of.ts';
import { usePreview } from './use-preview.ts';
import { WhenField } from './when-field.tsx';

const { orders, columns } = subscriptions;

/** New terms, with what they come to before they are ordered. */
export function ChangePlanDialog({
  subscription,
  plans,
  zone,
  onClose,
}: SubscriptionDialogProps & { readonly plans: readonly string[] }) {
  const { key: row, id, version: versionSeen } = subscription;
  const [typed, setTyped] = useState<Typed>(typedOf(subscription));
  const [when, setWhen] = useState<OrderTime>('now');
  const read = readTerms(typed, subscription);
  const preview = usePreview(read.terms && { row, when, next: read.terms });
  const { run } = useStaffAction(changeSubscription, (outcome) => saidOf(orders.done.change(id), outcome, zone));
  return (
    <ConfirmDialog
      title={orders.changeTitle(id)}
      text={orders.changeText}
      confirm={orders.changeConfirm}
      reason="required"
      typed={isLargeOrder(preview) ? id : undefined}
      blocked={read.terms ? blockedBy(preview) : orders.checkFields}
      onConfirm={(told) =>
        read.terms && preview?.ok
          ? run({ row, when, next: read.terms, versionSeen, netSeen: preview.value.netMinor, ...told })
          : Promise.resolve(false)
      }
      onClose={onClose}
    >
      <Terms
        typed={typed}
        errors={read.errors}
        plans={plans}
        currency={subscription.currency ?? ''}
        onChange={setTyped}
      />
      <WhenField value={when} onChange={setWhen} />
      <Preview preview={preview} zone={zone} />
    </ConfirmDialog>
  );
}

interface Typed {
  readonly plan: string;
  readonly price: string;
  readonly interval: 'month' | 'year';
  readonly quantity: string;
}

function typedOf({ plan = '', priceMinor, currency, interval = 'month', quantity }: MenuSubscription): Typed {
  return { plan, price: priceMinor === undefined ? '' : amountText(priceMinor, currency ?? ''), interval, quantity };
}

interface Read {
  /** undefined while a field cannot be read. */
  readonly terms: NewTerms | undefined;
  readonly errors: { readonly price: string | undefined; readonly quantity: string | undefined };
}

function readTerms({ plan, price, interval, quantity }: Typed, { currency = '' }: MenuSubscription): Read {
  const minor = parseAmount(price, currency);
  const priceMinor = minor === undefined ? Number.NaN : Number(minor);
  const count = /^[1-9]\d{0,8}$/.test(quantity.trim()) ? Number(quantity) : undefined;
  const errors = {
    price: Number.isSafeInteger(priceMinor) ? undefined : orders.priceWrong(currency),
    quantity: count === undefined ? orders.quantityWrong : undefined,
  };
  const isRead = errors.price === undefined && count !== undefined && plan.trim() !== '';
  return { terms: isRead ? { plan: plan.trim(), priceMinor, interval, quantity: count } : undefined, errors };
}

interface TermsProps {
  readonly typed: Typed;
  readonly errors: Read['errors'];
  readonly plans: readonly string[];
  readonly currency: string;
  readonly onChange: (typed: Typed) => void;
}

function Terms({ typed, errors, plans, currency, onChange }: TermsProps) {
  const listId = useId();
  const input = (name: 'plan' | 'price' | 'quantity') => ({
    className: 'field',
    autoComplete: 'off',
    value: typed[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ ...typed, [name]: event.currentTarget.value }),
  });
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label={columns.plan} error={undefined}>
        {(field) => <input {...field} {...input('plan')} list={listId} maxLength={128} />}
      </Field>
      <datalist id={listId}>
        {plans.map((plan) => (
          <option key={plan} value={plan} />
        ))}
      </datalist>
      <Field label={orders.quantity} error={errors.quantity}>
        {(field) => <input {...field} {...input('quantity')} inputMode="numeric" />}
      </Field>
      <Field label={orders.price(currency)} error={errors.price}>
        {(field) => <input {...field} {...input('price')} inputMode="decimal" />}
      </Field>
      <Field label={orders.interval} error={undefined}>
        {(field) => (
          <select
            {...field}
            className="field"
            value={typed.interval}
            onChange={(event) =>
              onChange({ ...typed, interval: event.currentTarget.value === 'year' ? 'year' : 'month' })
            }
          >
            {(['month', 'year'] as const).map((interval) => (
              <option key={interval} value={interval}>
                {orders.intervals[interval]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
