import type { CommandName } from './command.ts';
import type { CommandOutcome } from './execute-staff-command.ts';

/** What the run of a command may ask for. Only JSON crosses, and nothing of what the command says. */
export interface CommandActivities {
  executeStaffCommand(name: CommandName): Promise<CommandOutcome>;
  settleStaffCommand(name: CommandName): Promise<void>;
}
