'use client';

import { BulkAction } from '../../../../../components/bulk/bulk-action.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { endChosenSessions } from './actions.ts';

const copy = settings.staff;

/** What can be done about the sessions that are chosen. */
export function SessionsBulk() {
  return (
    <BulkAction
      label={copy.endConfirm}
      title={copy.endManyTitle}
      text={copy.endManyText}
      confirm={copy.endConfirm}
      name="sessions-ended"
      action={endChosenSessions}
    />
  );
}
