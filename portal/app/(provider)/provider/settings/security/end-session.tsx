'use client';

import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { endOwnSessions } from './actions.ts';

const copy = settings.security;

/** Signs the member out in one other place, or in all. Nothing is lost by it, so nothing is asked. */
export function EndSession({ sessionId, label }: { readonly sessionId?: string; readonly label: string }) {
  const { run, isPending } = useStaffAction(endOwnSessions, (count) => ({ title: copy.ended(count) }));
  return (
    <button
      type="button"
      className="button button-small"
      disabled={isPending}
      aria-label={label}
      onClick={() => void run(sessionId === undefined ? {} : { sessionId })}
    >
      {sessionId === undefined ? copy.endOthers : copy.end}
    </button>
  );
}
