import pg from 'pg';
import { pino, type DestinationStream, type Logger } from 'pino';

/** One line of JSON each. */
export function createLog(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: { process: 'gateway' }, serializers: { err: shownError } }, destination);
}

/** The words of a database quote values of the row that it refuses, which a tenant wrote: of its errors codes and names are shown. */
function shownError(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error };
  if (!(error instanceof pg.DatabaseError)) return { type: error.name, message: error.message, stack: error.stack };
  const { name: type, code, schema, table, column, constraint, routine } = error;
  return { type, code, schema, table, column, constraint, routine };
}
