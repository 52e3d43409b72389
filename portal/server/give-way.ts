import { readdirSync } from 'node:fs';
import { constants, platform, setPriority } from 'node:os';

/**
 * Where a machine is shared what accepts events goes first: staff rather wait for a page than tenants for an answer. Linux has a priority for each
 * thread; those that begin later have that of the one that begins them.
 */
export function giveWay(): void {
  const threads = platform() === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
  for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
}
