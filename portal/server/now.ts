import type { EpochMs } from '#domain/instants';
import { environment } from './environment.ts';

/** The only clock of the portal. Tests fix it. */
export function now(): EpochMs {
  const { APP_ENV, FIXED_NOW } = environment();
  return APP_ENV === 'test' && FIXED_NOW ? Date.parse(FIXED_NOW) : Date.now();
}
