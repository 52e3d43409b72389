import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canLimit, limitProcess } from './control-group.ts';

const disk = diskOf(tmpdir());

/** Only where the folder for temporary files lies on a disk. */
export const canLimitDisk = canLimit('blkio') && disk !== undefined;

/** So much is what a process and its children write to the disk in a second. */
export function limitDisk(pid: number, bytesPerS: number): Promise<() => Promise<void>> {
  return limitProcess(pid, 'blkio', { name: 'blkio.throttle.write_bps_device', value: `${disk} ${bytesPerS}` });
}

/** As `major:minor`, of the whole disk also where the folder is on a part of it. */
function diskOf(folder: string): string | undefined {
  const { dev } = statSync(folder);
  const path = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  if (!existsSync(path)) return undefined;
  const found = realpathSync(path);
  const whole = existsSync(join(found, 'partition')) ? join(found, '..') : found;
  return readFileSync(join(whole, 'dev'), 'utf8').trim();
}
