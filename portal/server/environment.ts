import { z } from 'zod';
import { parseKeyring } from '#prisma/keyring';
import { oidcSettings, oidcVariables } from './oidc-settings.ts';

const StaffSeed = z.array(
  z.strictObject({
    email: z.email().max(320),
    name: z.string().min(1).max(128),
    roles: z.array(z.enum(['provider', 'accountant', 'developer'])).max(3),
    /** `scrypt$N$r$p$salt$key`; plain text only where APP_ENV is test. */
    passwordHash: z.string().optional(),
    password: z.string().min(12).optional(),
  }),
);

export type StaffSeed = z.infer<typeof StaffSeed>;

/** Who sends the invoices, as they say it. */
const Seller = z.strictObject({
  name: z.string().min(1).max(120),
  /** Line by line. */
  address: z.array(z.string().min(1).max(120)).max(6).default([]),
  taxId: z.string().min(1).max(60).optional(),
});
export type Seller = z.infer<typeof Seller>;

const Environment = z
  .object({
    DATABASE_URL: z.string().min(1),
    APP_ORIGIN: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
    APP_ENV: z.enum(['production', 'staging', 'development', 'test']).default('production'),
    PROVIDER_STAFF: z.string().default('[]'),
    /** Seals the secrets of authenticator apps: `kekId:base64url(32 bytes)[,kekId:...]`, of the portal alone. */
    STAFF_SECRET_KEYS: z.string({ error: 'is missing' }).transform(ringOf('STAFF_SECRET_KEYS')),
    REQUIRE_MFA: z
      .enum(['true', 'false'])
      .default('false')
      .transform((text) => text === 'true'),
    ...oidcVariables,
    TEMPORAL_UI_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Where tenants reach the gateway: its documentation is linked from refusals. */
    GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
    TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
    TRUSTED_PROXIES: z.string().default(''),
    /** JSON of {name, address, taxId}: the seller on invoices. */
    INVOICE_SELLER: z.string().default('{"name":"Tributary"}').transform(parseJson).pipe(Seller),
    /** The ring of the gateway: what new secrets of keys are sealed under. Without it no keys are made here. */
    KEY_ENCRYPTION_KEYS: z.string().transform(ringOf('KEY_ENCRYPTION_KEYS')).optional(),
    /** Where gateways hear of changed keys. Without it a change holds within 30 s. */
    REDIS_URL: z.string().min(1).optional(),
    FIXED_NOW: z.iso.datetime({ offset: true }).optional(),
  })
  .transform((env, context) => ({
    ...env,
    PROVIDER_STAFF: parseStaff(env.PROVIDER_STAFF, env.APP_ENV, context),
    OIDC: oidcSettings(env, context),
  }));

export type Environment = z.output<typeof Environment>;

let known: Environment | undefined;

/** The process's settings; throws with one line per thing that is wrong. */
export function environment(): Environment {
  known ??= parseEnvironment(process.env);
  return known;
}

export function parseEnvironment(variables: Record<string, string | undefined>): Environment {
  const parsed = Environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the portal cannot start:\n${reasons.join('\n')}`);
}

function ringOf(name: string) {
  return (text: string, context: z.core.$RefinementCtx) => {
    try {
      return parseKeyring(text, name);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  };
}

function parseStaff(text: string, appEnv: string, context: z.core.$RefinementCtx) {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', path: ['PROVIDER_STAFF'], message });
    return z.NEVER;
  };
  const parsed = StaffSeed.safeParse(parseJson(text));
  if (!parsed.success) return refuse('is not a JSON list of {email, name, roles, passwordHash}');
  for (const { password, passwordHash } of parsed.data) {
    if (password !== undefined && appEnv !== 'test') return refuse('a plain-text password: give passwordHash');
    if (password === undefined && !passwordHash?.startsWith('scrypt$'))
      return refuse('a passwordHash is missing or not scrypt');
  }
  const emails = parsed.data.map(({ email }) => email.toLowerCase());
  if (new Set(emails).size < emails.length) return refuse('names one email twice');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
