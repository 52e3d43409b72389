import 'server-only';
import { log } from './log.ts';

/** Why a part of a page could not be read: told where the part would have stood. */
export class Failed {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** What the rest of a page can stand without. */
export function tried<T>(read: Promise<T>): Promise<T | Failed> {
  return read.catch((error: unknown) => new Failed(error));
}

/** What a filter offers: where it cannot be read the filter stands, and says so when it is opened. */
export function offered<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    log.error({ error: String(error) }, 'what a filter offers could not be read');
    return undefined;
  });
}
