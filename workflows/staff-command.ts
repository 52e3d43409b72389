import { upsertSearchAttributes } from '@temporalio/workflow';
import type { CommandName } from '#activities/commands/command';
import { executeStaffCommand, settleStaffCommand } from './command-activities.ts';
import { outcomeKey } from './outcome.ts';

/** What staff ordered: done first, then the provider is asked where something waits for it. Who, why and how much stand in the books. */
export async function staffCommand(command: CommandName): Promise<string> {
  const { status, mustSettle } = await executeStaffCommand(command);
  if (mustSettle) await settleStaffCommand(command);
  upsertSearchAttributes([{ key: outcomeKey, value: status }]);
  return status;
}
