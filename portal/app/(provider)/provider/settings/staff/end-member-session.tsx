'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { endMemberSessions } from './actions.ts';

const copy = settings.staff;

interface EndMemberSessionProps {
  readonly staffId: string;
  readonly sessionId: string;
  readonly name: string;
}

export function EndMemberSession({ staffId, sessionId, name }: EndMemberSessionProps) {
  const [isAsking, setAsking] = useState(false);
  const { run } = useStaffAction(endMemberSessions, (count) => ({ title: copy.ended(name, count) }));
  return (
    <>
      <button
        type="button"
        className="button button-small"
        aria-label={copy.endLabel(name)}
        onClick={() => setAsking(true)}
      >
        {copy.endConfirm}
      </button>
      {isAsking && (
        <ConfirmDialog
          title={copy.endTitle(name)}
          text={copy.endOneText}
          confirm={copy.endConfirm}
          reason="required"
          onConfirm={({ reason }) => run({ staffId, sessionId, reason })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
