'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { NumberField } from '../../../../components/actions/fields.tsx';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { setAlertAcknowledged, setLimit, setMuted } from './actions.ts';

/** What an alert's menu knows of it. */
export interface MenuAlert {
  /** Names the row. */
  readonly key: string;
  readonly orgId: string;
  readonly orgName: string;
  readonly level: number;
  readonly limit: string | undefined;
  readonly isRunning: boolean;
  readonly isAcknowledged: boolean;
  readonly isMuted: boolean;
}

const words = ai.actions;

interface AlertMenuProps {
  readonly alert: MenuAlert;
  readonly mayLimit: boolean;
}

/** What can be done about an alert. What cannot be done says why. */
export function AlertMenu({ alert, mayLimit }: AlertMenuProps) {
  const [isRaising, setRaising] = useState(false);
  const { orgId, orgName, level, limit, isRunning, isAcknowledged, isMuted } = alert;
  const acknowledge = useAcknowledge(alert);
  const mute = useMute(alert);
  const against = mayLimit ? (isRunning ? undefined : words.monthOver) : words.noRight;
  const items: readonly MenuItem[] = [
    {
      id: 'acknowledge',
      label: words.acknowledge,
      disabled: against ?? (isAcknowledged ? words.acknowledgedAlready : undefined),
      onSelect: acknowledge,
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
      onSelect: () => mute(!isMuted),
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

/** Shown at once, with its undo. */
function useAcknowledge({ key, orgId, level }: MenuAlert) {
  const { show } = useOptimisticRow(key);
  const back = useStaffAction(setAlertAcknowledged, () => ({ title: words.withdrawn }));
  const { run } = useStaffAction(setAlertAcknowledged, () => ({
    title: words.acknowledged,
    undo: () => void back.run({ orgId, level, isWithdrawn: true }, () => show('withdrawn')),
  }));
  return () => void run({ orgId, level, isWithdrawn: false }, () => show('acknowledged'));
}

/** Either way, with the other way as its undo. */
function useMute({ key, orgId }: MenuAlert) {
  const { show } = useOptimisticRow(key);
  const shown = (isMuted: boolean) => show(isMuted ? 'muted' : 'unmuted');
  const titleOf = (isMuted: boolean) => (isMuted ? words.mutedNow : words.unmutedNow);
  const back = useStaffAction(setMuted, (_value, { isMuted }) => ({ title: titleOf(isMuted) }));
  const { run } = useStaffAction(setMuted, (_value, { isMuted }) => ({
    title: titleOf(isMuted),
    undo: () => void back.run({ orgId, isMuted: !isMuted }, () => shown(!isMuted)),
  }));
  return (isMuted: boolean) => void run({ orgId, isMuted }, () => shown(isMuted));
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
