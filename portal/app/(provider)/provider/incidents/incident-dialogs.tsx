'use client';

import { useState } from 'react';
import type { IncidentCause } from '#domain/billing/incident-orders';
import { escalationLevelMax, incidentCauses, resolutionNoteMax } from '#domain/billing/incident-orders';
import { ConfirmDialog, Field } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { incidents } from '../../../../messages/en-incidents.ts';
import { setAssignee, setLevel, setResolved } from './actions.ts';
import type { MenuIncident } from './incident-menu.tsx';
import { assigned } from './shown-incident.tsx';

export interface Person {
  readonly id: string;
  readonly name: string;
}

interface DialogProps {
  readonly incident: MenuIncident;
  readonly onClose: () => void;
}

const words = incidents.actions;

export function AssignDialog({ incident, people, onClose }: DialogProps & { readonly people: readonly Person[] }) {
  const { row, label, revision, assignee: before } = incident;
  const [assignee, setChosen] = useState(before);
  const nameOf = (id: string | null) => people.find((one) => one.id === id)?.name ?? incidents.nobody;
  const { show } = useOptimisticRow(row);
  const shownAs = (id: string | null) => () => show(assigned(nameOf(id)));
  const back = useStaffAction(setAssignee, () => ({ title: words.assigned(label, nameOf(before)) }));
  const { run } = useStaffAction(setAssignee, (_value, told) => ({
    title: words.assigned(label, nameOf(told.assignee)),
    undo: () =>
      void back.run({ row, assignee: before, reason: words.undone, id: crypto.randomUUID() }, shownAs(before)),
  }));
  return (
    <ConfirmDialog
      title={words.assignTitle(label)}
      confirm={words.assignConfirm}
      onConfirm={(told) => run({ row, revisionSeen: revision, assignee, ...told }, shownAs(assignee))}
      onClose={onClose}
    >
      <PersonField people={people} value={assignee} onChange={setChosen} />
    </ConfirmDialog>
  );
}

interface PersonFieldProps {
  readonly people: readonly Person[];
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

export function PersonField({ people, value, onChange }: PersonFieldProps) {
  return (
    <Field label={incidents.columns.assignee} error={undefined}>
      {(field) => (
        <select
          {...field}
          className="field"
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
        >
          <option value="">{incidents.nobody}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function EscalateDialog({ incident: { row, label, revision, level: before }, onClose }: DialogProps) {
  const levels = Array.from({ length: escalationLevelMax - before }, (_, index) => before + 1 + index);
  const [level, setChosen] = useState(levels[0] ?? escalationLevelMax);
  const { run } = useStaffAction(setLevel, (_value, told) => ({ title: words.escalated(label, told.level) }));
  return (
    <ConfirmDialog
      title={words.escalateTitle(label)}
      text={words.escalateText}
      confirm={words.escalateConfirm}
      reason="required"
      onConfirm={(told) => run({ row, revisionSeen: revision, level, ...told })}
      onClose={onClose}
    >
      <Field label={words.level} error={undefined}>
        {(field) => (
          <select
            {...field}
            className="field"
            value={level}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {levels.map((one) => (
              <option key={one} value={one}>
                {incidents.levelOf(one)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </ConfirmDialog>
  );
}

export function ResolveDialog({ incident: { row, label, revision }, onClose }: DialogProps) {
  const [cause, setCause] = useState<IncidentCause>('defect');
  const [note, setNote] = useState('');
  const { run } = useStaffAction(setResolved, () => ({ title: words.resolved(label) }));
  return (
    <ConfirmDialog
      title={words.resolveTitle(label)}
      text={words.resolveText}
      confirm={words.resolveConfirm}
      onConfirm={(told) => run({ row, revisionSeen: revision, cause, note, ...told })}
      onClose={onClose}
    >
      <Field label={words.cause} error={undefined}>
        {(field) => (
          <select
            {...field}
            className="field"
            value={cause}
            onChange={(event) => setCause(incidentCauses.find((one) => one === event.target.value) ?? cause)}
          >
            {incidentCauses.map((one) => (
              <option key={one} value={one}>
                {incidents.causes[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.note} error={undefined}>
        {(field) => (
          <textarea
            {...field}
            rows={3}
            maxLength={resolutionNoteMax}
            className="field h-auto py-1.5"
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
