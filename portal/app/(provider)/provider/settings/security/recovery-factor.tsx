'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { renewCodes } from './actions.ts';
import { CodesDialog } from './codes-dialog.tsx';

const copy = settings.security;

/** New recovery codes in place of those before. */
export function RecoveryFactor() {
  const [isAsking, setAsking] = useState(false);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { run } = useStaffAction(renewCodes, (told) => {
    setCodes(told);
    return undefined;
  });
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setAsking(true)}>
        {copy.renewCodes}
      </button>
      {isAsking && (
        <ConfirmDialog
          title={copy.renewTitle}
          text={copy.renewText}
          confirm={copy.renewCodes}
          onConfirm={() => run({})}
          onClose={() => setAsking(false)}
        />
      )}
      {codes.length > 0 && <CodesDialog codes={codes} onClose={() => setCodes([])} />}
    </>
  );
}
