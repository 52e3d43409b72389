/** One line that says what to do. Errors of a connection may have a code and no message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '42P01' || code === '22023') return 'the database is not migrated: run "npm run migrate" first';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND')
    return `the database does not answer (${code}): is it running, and is DATABASE_URL right?`;
  const [firstLine = ''] = (error.message || code || error.name).split('\n');
  return firstLine;
}
