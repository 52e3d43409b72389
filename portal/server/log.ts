import { pino } from 'pino';

/** JSON lines on stdout. Never a payload, a secret or a token. */
export const log = pino({ base: { process: 'portal' }, timestamp: pino.stdTimeFunctions.isoTime });
