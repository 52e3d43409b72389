'use client';

import { useId } from 'react';
import { orderTimes } from '#domain/billing/subscription-orders';
import type { OrderTime } from '#domain/billing/subscription-orders';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';

const { orders } = subscriptions;

interface WhenFieldProps {
  readonly value: OrderTime;
  readonly onChange: (when: OrderTime) => void;
}

export function WhenField({ value, onChange }: WhenFieldProps) {
  const name = useId();
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <legend className="mb-1 font-medium">{orders.when}</legend>
      {orderTimes.map((when) => (
        <label key={when} className="flex min-h-6 items-center gap-2">
          <input type="radio" name={name} className="box" checked={value === when} onChange={() => onChange(when)} />
          {orders.times[when]}
        </label>
      ))}
    </fieldset>
  );
}
