'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useSelection } from '../../../../components/bulk/selection.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { usage } from '../../../../messages/en-usage.ts';
import { previewUnrated, previewWindows, rateUnrated, rerateWindows } from './actions.ts';
import type { RatesDialogProps } from './rates-dialog.tsx';

// Fetched when something is asked for.
const RatesDialog = dynamic(() => import('./rates-dialog.tsx').then((part) => part.RatesDialog));

const { orders } = usage;

/** Rates the windows again that are chosen. */
export function RerateMany() {
  return (
    <RateMany
      titleOf={orders.ratesTitle}
      text={orders.ratesText}
      name="windows-rated"
      preview={previewWindows}
      action={rerateWindows}
    />
  );
}

/** Rates the unrated usage that is chosen. */
export function RateUnrated() {
  return (
    <RateMany
      titleOf={orders.unratedTitle}
      text={orders.unratedText}
      name="unrated-rated"
      preview={previewUnrated}
      action={rateUnrated}
    />
  );
}

interface RateManyProps extends Pick<RatesDialogProps, 'text' | 'name' | 'preview' | 'action'> {
  readonly titleOf: (count: string) => string;
}

function RateMany({ titleOf, ...asked }: RateManyProps) {
  const { count, picked } = useSelection();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setOpen(true)}>
        {orders.rate}
      </button>
      {isOpen && (
        <RatesDialog {...asked} picked={picked} title={titleOf(formatCount(count))} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
