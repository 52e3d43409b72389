import { readStack } from './stack-folder.ts';

/** The database of the environment, else that of the running `npm start`. */
export async function findDatabaseUrl(): Promise<string> {
  const databaseUrl = process.env['DATABASE_URL'] || (await readStack())?.databaseUrl;
  if (databaseUrl) return databaseUrl;
  throw new Error('no database: set DATABASE_URL, or run "npm start" in another terminal');
}
