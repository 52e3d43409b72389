import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { hashPassword } from '#portal/auth/password';

const Secrets = z.object({
  keyEncryptionKeys: z.string(),
  staffSecretKeys: z.string().optional(),
  staffPassword: z.string(),
  staffPasswordHash: z.string(),
  postgresPassword: z.string(),
  redisPassword: z.string(),
  demoKey: z.object({ keyId: z.string(), secret: z.string(), tenantId: z.string() }).optional(),
});
export type Secrets = z.infer<typeof Secrets>;

/** The secrets of this stack, made at its first start and readable by their owner only. */
export async function loadSecrets(file: string): Promise<Secrets> {
  const kept = await readFile(file, 'utf8').catch(missing);
  if (kept !== undefined) return withStaffKeys(file, parse(file, kept));
  const staffPassword = randomText(15);
  const secrets = {
    keyEncryptionKeys: `k1:${randomText()}`,
    staffSecretKeys: `s1:${randomText()}`,
    staffPassword,
    staffPasswordHash: await hashPassword(staffPassword),
    postgresPassword: randomText(),
    redisPassword: randomText(),
  };
  await saveSecrets(file, secrets);
  return secrets;
}

/** The ring of the environment where it names one, for a database that already has secrets under it. */
export function keyRing(secrets: Secrets): string {
  return process.env['KEY_ENCRYPTION_KEYS'] || secrets.keyEncryptionKeys;
}

export async function saveSecrets(file: string, secrets: Secrets): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
}

// A file that is there and cannot be read must not be replaced by new secrets.
function missing(error: unknown) {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

// A stack that began before staff had second factors.
async function withStaffKeys(file: string, secrets: Secrets) {
  if (secrets.staffSecretKeys !== undefined) return secrets;
  const whole = { ...secrets, staffSecretKeys: `s1:${randomText()}` };
  await saveSecrets(file, whole);
  return whole;
}

function parse(file: string, text: string) {
  try {
    return Secrets.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is damaged: put it back from a copy, or drop all data with "npm run reset"`, { cause });
  }
}

function randomText(bytes = 32) {
  return randomBytes(bytes).toString('base64url');
}
