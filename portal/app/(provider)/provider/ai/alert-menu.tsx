'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { NumberField } from '../../../../components/actions/fields.tsx';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { setAlertAcknowledged, setLimit, setMuted } from './actions.ts';

/** What an alert's menu knows of it. */
export interface MenuAlert {
  readonly orgId: string;
  readonly orgName: string;
  readonly level: number;
  readonly limit: string | undefined;
  readonly isAcknowledged: boolean;
  readonly isMuted: boolean;
}

const words = ai.actions;

/** What can be done about an alert. What cannot be done says why. */
export function AlertMenu({ alert, mayLimit }: { readonly alert: MenuAlert; readonly mayLimit: boolean }) {
  const [isRaising, setRaising] = useState(false);
  const { orgId, orgName, level, limit, isAcknowledged, isMuted } = alert;
  const acknowledge = useAcknowledge(alert);
  const mute = useStaffAction(setMuted, (_value, told) => ({
    title: told.isMuted ? words.mutedNow : words.unmutedNow,
  }));
  const against = mayLimit ? undefined : words.noRight;
  const items: readonly MenuItem[] = [
    {
      id: 'acknowledge',
      label: words.acknowledge,
      disabled: against ?? (isAcknowledged ? words.acknowledgedAlready : undefined),
      onSelect: () => void acknowledge.run({ orgId, level, isWithdrawn: false }),
    },
    {
      id: 'raise',
      label: words.raise,
      disabled: against ?? (limit === undefined ? words.noLimit : undefined),
      onSelect: () => setRaising(true),
    },
    {
      id: 'mute',
      label: isMuted ? words.unmute : words.mute,
      disabled: against,
      onSelect: () => void mute.run({ orgId, isMuted: !isMuted }),
    },
  ];
  return (
    <>
      <RowMenu label={words.menu(orgName, level)} items={items} />
      {isRaising && limit !== undefined && (
        <RaiseDialog orgId={orgId} orgName={orgName} limit={limit} onClose={() => setRaising(false)} />
      )}
    </>
  );
}

/** With its undo. */
function useAcknowledge({ orgId, level }: MenuAlert) {
  const back = useStaffAction(setAlertAcknowledged, () => ({ title: words.withdrawn }));
  return useStaffAction(setAlertAcknowledged, () => ({
    title: words.acknowledged,
    undo: () => void back.run({ orgId, level, isWithdrawn: true }),
  }));
}

interface RaiseDialogProps {
  readonly orgId: string;
  readonly orgName: string;
  readonly limit: string;
  readonly onClose: () => void;
}

function RaiseDialog({ orgId, orgName, limit, onClose }: RaiseDialogProps) {
  const [typed, setTyped] = useState('');
  const credits = typed.replaceAll(',', '').trim();
  const isRight = /^\d{1,15}(\.\d{1,9})?$/.test(credits) && Number(credits) > Number(limit);
  const { run } = useStaffAction(setLimit, () => ({ title: words.raised }));
  return (
    <ConfirmDialog
      title={words.raiseTitle(orgName)}
      text={words.limitHint(formatDecimalText(limit))}
      confirm={words.raiseConfirm}
      reason="required"
      blocked={isRight ? undefined : words.wrongLimit}
      onConfirm={(told) => run({ orgId, credits, ...told })}
      onClose={onClose}
    >
      <NumberField
        label={words.newLimit}
        error={typed !== '' && !isRight ? words.wrongLimit : undefined}
        value={typed}
        onType={setTyped}
      />
    </ConfirmDialog>
  );
}
