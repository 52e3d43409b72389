'use client';

import { useState } from 'react';
import { parseDecimal } from '#domain/decimal';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { DayField, NumberField } from '../../../../../components/actions/fields.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { credits } from '../../../../../messages/en-receivables.ts';
import { postCorrection } from '../actions.ts';

interface CorrectionProps {
  readonly org: { readonly id: string; readonly name: string };
}

const placesMax = 9;

/** Gives credits or takes some, with a reason: a row of its own among the grants. */
export function Correction({ org }: CorrectionProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-small" data-palette="" onClick={() => setOpen(true)}>
        {credits.correct}
      </button>
      {isOpen && <CorrectionDialog org={org} onClose={() => setOpen(false)} />}
    </>
  );
}

function CorrectionDialog({ org, onClose }: CorrectionProps & { readonly onClose: () => void }) {
  const [amount, setAmount] = useState('');
  const [day, setDay] = useState('');
  const told = amount.trim().replace('−', '-');
  const read = parseDecimal(told);
  const isRight = read !== undefined && read.units !== 0n && read.places <= placesMax;
  const { run } = useStaffAction(postCorrection, () => ({
    title: credits.corrected(org.name),
    text: credits.correctedText,
  }));
  return (
    <ConfirmDialog
      title={credits.correctTitle(org.name)}
      text={credits.correctText}
      confirm={credits.correct}
      reason="required"
      blocked={isRight ? undefined : credits.amountMissing}
      onConfirm={(confirmed) =>
        run({ org: org.id, credits: told, ...confirmed, ...(day !== '' && { expiresAt: `${day}T00:00:00.000Z` }) })
      }
      onClose={onClose}
    >
      <NumberField
        label={credits.amount}
        error={amount !== '' && !isRight ? credits.amountMissing : undefined}
        value={amount}
        onType={setAmount}
      />
      <DayField label={credits.expires} error={undefined} value={day} onType={setDay} />
    </ConfirmDialog>
  );
}
