import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { stackFolder } from '#prisma/stack-folder';

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment, with the server of the running `npm start` where it names none. */
export async function withTemporal(env: Variables): Promise<Variables> {
  if (env['TEMPORAL_ADDRESS']) return env;
  const stack = await readFile(`${stackFolder}/stack.json`, 'utf8').catch(() => undefined);
  if (!stack) throw new Error('no Temporal: set TEMPORAL_ADDRESS, or run "npm start" in another terminal');
  return { ...env, TEMPORAL_ADDRESS: z.object({ temporal: z.string() }).parse(JSON.parse(stack)).temporal };
}
