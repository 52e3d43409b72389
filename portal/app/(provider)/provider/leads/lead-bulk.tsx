'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { BulkAction } from '../../../../components/bulk/bulk-action.tsx';
import { useSelection } from '../../../../components/bulk/selection.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { setLeadStatuses } from './actions.ts';
import type { LeadRights } from './lead-items.ts';

// Fetched when something is asked for.
const AddToInvoice = dynamic(() => import('./add-to-invoice.tsx').then((part) => part.AddToInvoice));

/** What can be done with the leads that are chosen. */
export function LeadBulk({ rights }: { readonly rights: LeadRights }) {
  const { count, picked } = useSelection();
  const [isAdding, setAdding] = useState(false);
  const { converted, disqualified } = leads.moves;
  return (
    <>
      {rights.convert && (
        <BulkAction
          label={converted.confirm}
          title={(chosen) => converted.titleOf(formatCount(chosen))}
          text={converted.textOf}
          confirm={converted.confirm}
          isFinal
          name="leads-converted"
          action={(told) => setLeadStatuses({ ...told, to: 'converted' })}
        />
      )}
      {rights.invoice && (
        <button type="button" className="button button-small" onClick={() => setAdding(true)}>
          {leads.adding.confirm}
        </button>
      )}
      {rights.disqualify && (
        <BulkAction
          label={disqualified.confirm}
          title={(chosen) => disqualified.titleOf(formatCount(chosen))}
          text={disqualified.textOf}
          confirm={disqualified.confirm}
          isBad
          name="leads-disqualified"
          action={(told) => setLeadStatuses({ ...told, to: 'disqualified' })}
        />
      )}
      {isAdding && <AddToInvoice picked={picked} count={count} onClose={() => setAdding(false)} />}
    </>
  );
}
