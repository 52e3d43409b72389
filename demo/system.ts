import { readPaymentConfig, type PaymentConfig } from '#payments/config';
import { readStack, readStackSecrets } from '#prisma/stack-folder';
import { readBillingEnv, type BillingEnv } from '#temporal/env';

/** The running system that the demo talks to. */
export interface DemoSystem {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  /** The sandbox provider, with which the orgs of the demo pay. */
  readonly payments: PaymentConfig;
  /** The ring of the gateway: the demo makes keys for its orgs. */
  readonly keyEncryptionKeys: string;
}

/** By the environment, else that of "npm start". */
export async function findSystem(env: Readonly<Record<string, string | undefined>>): Promise<DemoSystem> {
  const stack = await readStack();
  const secrets = await readStackSecrets();
  return {
    databaseUrl: env['DATABASE_URL'] || required(stack?.databaseUrl, 'DATABASE_URL'),
    redisUrl: env['REDIS_URL'] || required(stack?.redisUrl, 'REDIS_URL'),
    temporalAddress: env['TEMPORAL_ADDRESS'] || required(stack?.temporal, 'TEMPORAL_ADDRESS'),
    payments: readPaymentConfig({ SANDBOX_PROVIDER_URL: env['SANDBOX_PROVIDER_URL'] || stack?.sandbox }),
    keyEncryptionKeys: env['KEY_ENCRYPTION_KEYS'] || required(secrets?.keyEncryptionKeys, 'KEY_ENCRYPTION_KEYS'),
  };
}

/** Where its jobs are run. */
export function billingEnvOf({ temporalAddress }: DemoSystem): BillingEnv {
  return readBillingEnv({ ...process.env, TEMPORAL_ADDRESS: temporalAddress });
}

function required(value: string | undefined, variable: string): string {
  if (value === undefined || value === '')
    throw new Error(`${variable} is not set: set it, or run "npm start" in another terminal`);
  return value;
}
