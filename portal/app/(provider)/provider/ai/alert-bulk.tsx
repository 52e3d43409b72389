'use client';

import { BulkAction } from '../../../../components/bulk/bulk-action.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { handleAlerts } from './actions.ts';

const words = ai.actions;

/** What can be done about the alerts that are chosen. */
export function AlertBulk() {
  return (
    <>
      <BulkAction
        label={words.acknowledge}
        title={(count) => words.acknowledgeTitleOf(formatCount(count))}
        text={words.acknowledgeTextOf}
        confirm={words.acknowledge}
        name="ai-alerts-acknowledged"
        action={(told) => handleAlerts({ ...told, act: 'acknowledge' })}
      />
      <BulkAction
        label={words.mute}
        title={(count) => words.muteTitleOf(formatCount(count))}
        text={words.muteTextOf}
        confirm={words.mute}
        name="ai-alerts-muted"
        action={(told) => handleAlerts({ ...told, act: 'mute' })}
      />
    </>
  );
}
