import { Context } from '@temporalio/activity';
import { reachOf, type CollectionResources } from '../collection/resources.ts';
import type { CommandActivities } from './command-activities.ts';
import { executeStaffCommand } from './execute-staff-command.ts';
import { settleStaffCommand } from './settle-staff-command.ts';

const pulseMs = 5_000;

export function createCommandActivities(resources: CollectionResources): CommandActivities {
  return {
    /** Key: the command's row. */
    executeStaffCommand: (name) => executeStaffCommand(resources.db, name, reachOf(resources)),
    /** Key: the row of each payment and refund, and its provider's key. */
    async settleStaffCommand(name) {
      const context = Context.current();
      const pulse = setInterval(() => context.heartbeat(), pulseMs);
      try {
        await settleStaffCommand(resources, name);
      } finally {
        clearInterval(pulse);
      }
    },
  };
}
