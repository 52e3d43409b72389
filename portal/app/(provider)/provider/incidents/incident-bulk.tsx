'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { BulkAction, typedAbove } from '../../../../components/bulk/bulk-action.tsx';
import { PickedSummary } from '../../../../components/bulk/picked-summary.tsx';
import { useSelection } from '../../../../components/bulk/selection.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { incidents } from '../../../../messages/en-incidents.ts';
import { handleMany } from './actions.ts';
import { PersonField } from './incident-dialogs.tsx';
import type { Person } from './incident-dialogs.tsx';

const words = incidents.actions;

/** What can be done about the incidents that are chosen. */
export function IncidentBulk({ people }: { readonly people: readonly Person[] }) {
  const [isAssigning, setAssigning] = useState(false);
  return (
    <>
      <BulkAction
        label={words.acknowledge}
        title={(count) => words.acknowledgeTitleOf(formatCount(count))}
        text={words.acknowledgeTextOf}
        confirm={words.acknowledge}
        name="incidents-acknowledged"
        action={handleMany}
      />
      <button type="button" className="button button-small" onClick={() => setAssigning(true)}>
        {words.assign}
      </button>
      {isAssigning && <AssignMany people={people} onClose={() => setAssigning(false)} />}
    </>
  );
}

function AssignMany({ people, onClose }: { readonly people: readonly Person[]; readonly onClose: () => void }) {
  const { count, picked, finish } = useSelection();
  const [assignee, setChosen] = useState<string | null>(null);
  const { run } = useStaffAction(handleMany, (result) => {
    finish({ title: words.assignConfirm, name: 'incidents-assigned', result });
    return undefined;
  });
  return (
    <ConfirmDialog
      title={words.assignTitleOf(formatCount(count))}
      text={words.assignTextOf}
      confirm={words.assignConfirm}
      reason="required"
      typed={count > typedAbove ? String(count) : undefined}
      onConfirm={(told) => run({ picked, assignee, ...told })}
      onClose={onClose}
    >
      <PickedSummary picked={picked} />
      <PersonField people={people} value={assignee} onChange={setChosen} />
    </ConfirmDialog>
  );
}
