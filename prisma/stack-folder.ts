import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where `npm start` says what it runs, for the commands that are used beside it. */
const stackFolder = process.env['TRIBUTARY_DATA'] ?? '.data';
const stackSchema = z
  .object({ databaseUrl: z.string(), redisUrl: z.string(), temporal: z.string(), sandbox: z.string() })
  .partial();
const secretsSchema = z.object({ keyEncryptionKeys: z.string() });

/** The stack that runs here; undefined when none does. */
export function readStack(): Promise<z.infer<typeof stackSchema> | undefined> {
  return readJson(`${stackFolder}/stack.json`, stackSchema);
}

/** The secrets of the stack of this folder, running or not. */
export function readStackSecrets(): Promise<z.infer<typeof secretsSchema> | undefined> {
  return readJson(`${stackFolder}/secrets.json`, secretsSchema);
}

async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Error(`${file} is damaged`);
  }
}
