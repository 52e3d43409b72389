import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';

const headStartMs = 400;

/**
 * Waits for what a page needs, but no longer than nobody notices: what is there by then is shown at once and nothing moves; what is
 * not shows its skeleton first. Failures are left to whoever shows the part. The reads must be the cached ones of this request.
 */
export async function headStart(reads: readonly Promise<unknown>[]): Promise<void> {
  await Promise.race([Promise.allSettled(reads), sleep(headStartMs, undefined, { ref: false })]);
}
