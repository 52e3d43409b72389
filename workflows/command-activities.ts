import { proxyActivities } from '@temporalio/workflow';
import type { CommandActivities } from '#activities/commands/command-activities';

// No limit of attempts: a command is done once by its row, and trouble with the database ends some time.
const retry = { initialInterval: '1s', maximumInterval: '1m' } as const;

export const { executeStaffCommand } = proxyActivities<CommandActivities>({ startToCloseTimeout: '30s', retry });

/** Each charge and refund may take its provider's time. One whose worker was killed is asked about as soon as it is missed. */
export const { settleStaffCommand } = proxyActivities<CommandActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '15s',
  retry,
});
