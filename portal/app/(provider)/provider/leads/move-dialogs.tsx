'use client';

import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import { FeeFields, useFee } from './fee-fields.tsx';
import type { MenuLead } from './lead-items.ts';
import type { Told } from './use-move-lead.ts';

interface MoveDialogProps {
  readonly lead: MenuLead;
  readonly onConfirm: (told: Told) => Promise<boolean>;
  readonly onClose: () => void;
}

/** A conversion is billed by its fee: it may be told with it. */
export function ConvertDialog({ lead, onConfirm, onClose }: MoveDialogProps) {
  const copy = leads.moves.converted;
  const told = useFee(lead.currency);
  return (
    <ConfirmDialog
      title={copy.title(lead.label)}
      text={copy.text}
      confirm={copy.confirm}
      reason="optional"
      typed={lead.id}
      blocked={told.isWrong ? leads.feeWrong : undefined}
      onConfirm={(confirmed) => onConfirm({ ...confirmed, ...(told.fee && { fee: told.fee }) })}
      onClose={onClose}
    >
      <FeeFields label={leads.feeOptional} told={told} />
    </ConfirmDialog>
  );
}

/** Nothing will come of the lead: the reason is asked for. */
export function DisqualifyDialog({ lead, onConfirm, onClose }: MoveDialogProps) {
  const copy = leads.moves.disqualified;
  return (
    <ConfirmDialog
      title={copy.title(lead.label)}
      text={copy.text}
      confirm={copy.confirm}
      isBad
      reason="required"
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
}
