'use client';

import { BulkAction } from '../../../../components/bulk/bulk-action.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { rateUnrated, rerateWindows } from './actions.ts';

const { orders } = usage;

/** Rates the windows again that are chosen. */
export function RerateMany() {
  return (
    <BulkAction
      label={orders.rate}
      title={(count) => orders.ratesTitle(formatCount(count))}
      text={orders.ratesText}
      confirm={orders.rate}
      name="windows-rated"
      action={rerateWindows}
    />
  );
}

/** Rates the unrated usage that is chosen. */
export function RateUnrated() {
  return (
    <BulkAction
      label={orders.rate}
      title={(count) => orders.unratedTitle(formatCount(count))}
      text={orders.unratedText}
      confirm={orders.rate}
      name="unrated-rated"
      action={rateUnrated}
    />
  );
}
