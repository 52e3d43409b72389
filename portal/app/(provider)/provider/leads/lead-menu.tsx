'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { isLeadStatus } from '#domain/billing/lead-moves';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { leadItems } from './lead-items.ts';
import type { LeadDialog, LeadRights, MenuLead } from './lead-items.ts';
import { useMoveLead } from './use-move-lead.ts';

// Fetched when something is asked for.
const AddToInvoice = dynamic(() => import('./add-to-invoice.tsx').then((part) => part.AddToInvoice));
const ConvertDialog = dynamic(() => import('./move-dialogs.tsx').then((part) => part.ConvertDialog));
const DisqualifyDialog = dynamic(() => import('./move-dialogs.tsx').then((part) => part.DisqualifyDialog));
const FeeDialog = dynamic(() => import('./fee-dialog.tsx').then((part) => part.FeeDialog));

interface LeadMenuProps {
  readonly lead: MenuLead;
  readonly rights: LeadRights;
}

/** What can be done with a lead. */
export function LeadMenu({ lead: told, rights }: LeadMenuProps) {
  const lead = useShownLead(told);
  const [dialog, setDialog] = useState<LeadDialog>();
  const move = useMoveLead(lead);
  const close = () => setDialog(undefined);
  const items = leadItems(lead, rights, {
    move: (to) => void move(to, { id: crypto.randomUUID(), reason: '' }),
    ask: setDialog,
  });
  return (
    <>
      <RowMenu label={lead.label} items={items} copied={lead.id} />
      {dialog === 'converted' && (
        <ConvertDialog lead={lead} onConfirm={(told) => move('converted', told)} onClose={close} />
      )}
      {dialog === 'disqualified' && (
        <DisqualifyDialog lead={lead} onConfirm={(told) => move('disqualified', told)} onClose={close} />
      )}
      {dialog === 'fee' && <FeeDialog lead={lead} onClose={close} />}
      {dialog === 'invoice' && <AddToInvoice picked={{ kind: 'ids', ids: [lead.key] }} count={1} onClose={close} />}
    </>
  );
}

/** With the status that the row shows: while a step is on its way, the one that it leads to. */
function useShownLead(lead: MenuLead): MenuLead {
  const { shown } = useOptimisticRow(lead.key);
  return shown !== undefined && isLeadStatus(shown) ? { ...lead, status: shown } : lead;
}
