import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { stackFolder } from './stack-folder.ts';

/** The database of the environment, else that of the running `npm start`. */
export async function findDatabaseUrl(): Promise<string> {
  if (process.env['DATABASE_URL']) return process.env['DATABASE_URL'];
  const stack = await readFile(`${stackFolder}/stack.json`, 'utf8').catch(() => undefined);
  if (stack) return z.object({ databaseUrl: z.string() }).parse(JSON.parse(stack)).databaseUrl;
  throw new Error('no database: set DATABASE_URL, or run "npm start" in another terminal');
}
