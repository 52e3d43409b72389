import { channelsOf, type CollectionResources } from '../collection/resources.ts';
import type { CommandActivities } from './command-activities.ts';
import { executeStaffCommand } from './execute-staff-command.ts';
import { settleStaffCommand } from './settle-staff-command.ts';

export function createCommandActivities(resources: CollectionResources): CommandActivities {
  return {
    /** Key: the command's row. */
    executeStaffCommand: (name) => executeStaffCommand(resources.db, name, channelsOf(resources)),
    /** Key: the row of each payment and refund, and its provider's key. */
    settleStaffCommand: (name) => settleStaffCommand(resources, name),
  };
}
