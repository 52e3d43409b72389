'use client';

import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { isLarge } from '../../../../format/large-amount.ts';
import { formatMoney } from '../../../../format/numbers.ts';
import { leads } from '../../../../messages/en-leads.ts';
import { setLeadFee } from './actions.ts';
import { FeeFields, useFee } from './fee-fields.tsx';
import type { MenuLead } from './lead-items.ts';

/** Sets the fee of a lead whose organisation told none. */
export function FeeDialog({ lead, onClose }: { readonly lead: MenuLead; readonly onClose: () => void }) {
  const told = useFee(lead.currency);
  const { run } = useStaffAction(setLeadFee, (_value, { fee }) => ({
    title: leads.feeSet(lead.label, formatMoney(fee.minor, fee.currency)),
  }));
  return (
    <ConfirmDialog
      title={leads.feeTitle(lead.label)}
      text={leads.feeText}
      confirm={leads.feeConfirm}
      reason="required"
      typed={told.fee && isLarge(BigInt(told.fee.minor), told.fee.currency) ? lead.id : undefined}
      blocked={told.fee ? undefined : leads.feeMissing}
      onConfirm={(confirmed) =>
        told.fee ? run({ row: lead.key, fee: told.fee, ...confirmed }) : Promise.resolve(false)
      }
      onClose={onClose}
    >
      <FeeFields label={leads.columns.fee} told={told} />
    </ConfirmDialog>
  );
}
