'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { incidents } from '../../../../messages/en-incidents.ts';
import { setAcknowledged } from './actions.ts';
import { AssignDialog, EscalateDialog, ResolveDialog } from './incident-dialogs.tsx';
import type { Person } from './incident-dialogs.tsx';

/** What an incident's menu knows of it. */
export interface MenuIncident {
  readonly row: string;
  readonly id: string;
  readonly label: string;
  readonly revision: number;
  readonly isResolved: boolean;
  readonly isAcknowledged: boolean;
  readonly level: number;
  readonly assignee: string | null;
}

interface IncidentMenuProps {
  readonly incident: MenuIncident;
  readonly mayHandle: boolean;
  readonly people: readonly Person[];
  readonly auditHref: Route | undefined;
}

type Dialog = 'assign' | 'escalate' | 'resolve';
const words = incidents.actions;
const levelMax = 5;

/** What can be done about an incident. What cannot be done now says why. */
export function IncidentMenu({ incident, mayHandle, people, auditHref }: IncidentMenuProps) {
  const router = useRouter();
  const [dialog, setDialog] = useState<Dialog>();
  const { isAcknowledged, isResolved, level } = incident;
  const acknowledge = useAcknowledge(incident);
  const against: string | undefined = mayHandle ? (isResolved ? words.isResolved : undefined) : words.noRight;
  const ask = (id: Dialog, label: string, disabled: string | undefined = against): MenuItem => ({
    id,
    label,
    disabled,
    onSelect: () => setDialog(id),
  });
  const items: readonly MenuItem[] = [
    {
      id: 'acknowledge',
      label: isAcknowledged ? words.withdraw : words.acknowledge,
      disabled: against,
      onSelect: () => acknowledge(isAcknowledged),
    },
    ask('assign', words.assign),
    ask('escalate', words.escalate, against ?? (level >= levelMax ? words.isTop : undefined)),
    ask('resolve', words.resolve),
    ...(auditHref ? [{ id: 'audit', label: words.audit, isApart: true, onSelect: () => router.push(auditHref) }] : []),
  ];
  const close = () => setDialog(undefined);
  return (
    <>
      <RowMenu label={incident.label} items={items} copied={incident.id} />
      {dialog === 'assign' && <AssignDialog incident={incident} people={people} onClose={close} />}
      {dialog === 'escalate' && <EscalateDialog incident={incident} onClose={close} />}
      {dialog === 'resolve' && <ResolveDialog incident={incident} onClose={close} />}
    </>
  );
}

/** Either way, shown at once, with the other way as its undo. */
function useAcknowledge({ row, label, revision }: MenuIncident) {
  const { show } = useOptimisticRow(row);
  const shown = (isWithdrawn: boolean) => show(isWithdrawn ? 'open' : 'acknowledged');
  const back = useStaffAction(setAcknowledged, (_value, { isWithdrawn }) => ({
    title: isWithdrawn ? words.withdrawn(label) : words.acknowledged(label),
  }));
  const undo = (isWithdrawn: boolean) =>
    void back.run({ row, isWithdrawn, reason: words.undone, id: crypto.randomUUID() }, () => shown(isWithdrawn));
  const { run } = useStaffAction(setAcknowledged, (_value, { isWithdrawn }) => ({
    title: isWithdrawn ? words.withdrawn(label) : words.acknowledged(label),
    undo: () => undo(!isWithdrawn),
  }));
  return (isWithdrawn: boolean) =>
    void run({ row, isWithdrawn, revisionSeen: revision, reason: '', id: crypto.randomUUID() }, () =>
      shown(isWithdrawn),
    );
}
