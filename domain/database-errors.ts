// SQLSTATE classes and driver codes that speak of the connection, of load or of a neighbour's lock, never of the data.
const transientStates = /^(08...|53...|57P0.|57014|55P03|40001|40P01|25P03)$/;
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'EMFILE',
  'ENFILE',
]);
const transientWords =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|connection is closed|not queryable/i;
const uniqueViolation = '23505';

/** True when the same work may succeed when it is done again: the outcome says nothing about the data. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (transientStates.test(code) || transientCodes.has(code))) return true;
  return error instanceof Error && transientWords.test(error.message);
}

const slowStates = /^(57014|55P03|25P03)$/;

/** A limit of time was hit: the same work in smaller parts may pass. */
export function isTooSlow(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && slowStates.test(code)) return true;
  return error instanceof Error && error.message.includes('Query read timeout');
}

/** Somebody else held what was wanted for too long. */
export function isLockWait(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

/**
 * True when a commit that ended so may have happened: only the server's own words prove that nothing was committed, and 57P01 to 57P03
 * may come after a commit.
 */
export function isOutcomeUnknown(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P)/.test(code);
}

/** Somebody else wrote the row first; done again, the winner's row is read. */
export function isUniqueRace(error: unknown): boolean {
  return codeOf(error) === uniqueViolation;
}

/** The SQLSTATE or the driver's code, wherever the layers between have put it. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : undefined;
}
