'use client';

import { useRouter } from 'next/navigation';
import type { Route } from 'next';
import { useState } from 'react';
import type { LeadStatus } from '#domain/billing/lead-moves';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { say } from '../../../../components/actions/toast.ts';
import { messages } from '../../../../messages/en.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { AddToInvoice } from './add-to-invoice.tsx';
import { FeeDialog } from './fee-dialog.tsx';
import { leadItems } from './lead-items.ts';
import type { LeadDialog, LeadRights, MenuLead } from './lead-items.ts';
import { useMoveLead } from './use-move-lead.ts';

interface LeadMenuProps {
  readonly lead: MenuLead;
  readonly rights: LeadRights;
  /** Absent where the lead is open already. */
  readonly openHref?: Route;
}

/** What can be done with a lead. */
export function LeadMenu({ lead, rights, openHref }: LeadMenuProps) {
  const router = useRouter();
  const [dialog, setDialog] = useState<LeadDialog>();
  const move = useMoveLead(lead);
  const close = () => setDialog(undefined);
  const copyId = () =>
    void navigator.clipboard.writeText(lead.id).then(
      () => say({ title: messages.actions.copied }),
      () => undefined,
    );
  const items = leadItems(lead, rights, {
    open: openHref && (() => router.push(openHref, { scroll: false })),
    move: (to) => void move(to, { id: crypto.randomUUID(), reason: '' }),
    ask: setDialog,
    copyId,
  });
  return (
    <>
      <RowMenu label={lead.label} items={items} />
      {(dialog === 'converted' || dialog === 'disqualified') && (
        <MoveDialog lead={lead} to={dialog} onConfirm={(told) => move(dialog, told)} onClose={close} />
      )}
      {dialog === 'fee' && <FeeDialog lead={lead} onClose={close} />}
      {dialog === 'invoice' && <AddToInvoice picked={{ kind: 'ids', ids: [lead.key] }} count={1} onClose={close} />}
    </>
  );
}

interface MoveDialogProps {
  readonly lead: MenuLead;
  readonly to: 'converted' | 'disqualified';
  readonly onConfirm: (told: { readonly id: string; readonly reason: string }) => Promise<boolean>;
  readonly onClose: () => void;
}

function MoveDialog({ lead, to, onConfirm, onClose }: MoveDialogProps) {
  const copy = leads.moves[to];
  const isBad = to === ('disqualified' satisfies LeadStatus);
  return (
    <ConfirmDialog
      title={copy.title(lead.label)}
      text={copy.text}
      confirm={copy.confirm}
      isBad={isBad}
      reason={isBad ? 'required' : 'optional'}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
