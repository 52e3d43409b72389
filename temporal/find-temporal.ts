import { readStack } from '#prisma/stack-folder';

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment, with the server of the running `npm start` where it names none. */
export async function withTemporal(env: Variables): Promise<Variables> {
  if (env['TEMPORAL_ADDRESS']) return env;
  const stack = await readStack();
  if (!stack?.temporal) throw new Error('no Temporal: set TEMPORAL_ADDRESS, or run "npm start" in another terminal');
  return { ...env, TEMPORAL_ADDRESS: stack.temporal };
}
