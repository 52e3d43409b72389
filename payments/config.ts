import { z } from 'zod';
import { limitCalls } from './limit-calls.ts';
import { providerNames, type PaymentProvider, type Providers } from './provider.ts';
import { createSandboxProvider } from './sandbox/client.ts';
import { createStripeProvider } from './stripe/client.ts';

/** Below an activity's limit, and far below the time for which a key is trusted. */
const timeoutMs = 20_000;
/** Calls to one provider that a process has under way at once. */
export const callsAtOnce = 20;

const environment = z.object({
  PAYMENT_PROVIDER: z.enum(providerNames).default('sandbox'),
  SANDBOX_PROVIDER_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4600'),
  /** Restricted to what is asked of it: with a whole secret key whoever read this environment could pay our money out. */
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^rk_(test|live)_/)
    .optional(),
  STRIPE_API_BASE: z.url({ protocol: /^https?$/ }).optional(),
  APP_ENV: z.string().default('production'),
  PAYMENT_TIMEOUT_MS: z.coerce.number().int().min(1).max(timeoutMs).default(timeoutMs),
});

export interface PaymentConfig {
  /** The provider of payment methods that are set without naming one. */
  readonly chosen: (typeof providerNames)[number];
  readonly sandboxUrl: string;
  readonly stripe: { readonly secretKey: string; readonly apiBase: string | undefined } | undefined;
  readonly timeoutMs: number;
}

/** @throws with the names of the variables that are missing or malformed; values are never told */
export function readPaymentConfig(env: Readonly<Record<string, string | undefined>>): PaymentConfig {
  const result = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!result.success) {
    const names = new Set(result.error.issues.map((issue) => issue.path.join('.')));
    throw new Error(`malformed in the environment: ${[...names].join(', ')}`);
  }
  const read = result.data;
  const { STRIPE_SECRET_KEY: secretKey } = read;
  if (read.PAYMENT_PROVIDER === 'stripe' && secretKey === undefined)
    throw new Error('missing in the environment: STRIPE_SECRET_KEY');
  if (read.APP_ENV !== 'production' && secretKey?.startsWith('rk_live_'))
    throw new Error('STRIPE_SECRET_KEY is live, and APP_ENV is not production');
  return {
    chosen: read.PAYMENT_PROVIDER,
    sandboxUrl: read.SANDBOX_PROVIDER_URL,
    stripe: secretKey === undefined ? undefined : { secretKey, apiBase: read.STRIPE_API_BASE },
    timeoutMs: read.PAYMENT_TIMEOUT_MS,
  };
}

/**
 * The providers that can be reached: what was begun with one is also asked of that one.
 * @param clock of the sandbox, where it is told of the past
 */
export function createProviders(
  { chosen, sandboxUrl, stripe, timeoutMs: limit }: PaymentConfig,
  clock?: () => number,
): Providers {
  const providers: PaymentProvider[] = [];
  if (stripe) providers.push(createStripeProvider({ ...stripe, timeoutMs: limit }));
  if (chosen === 'sandbox' || !stripe)
    providers.push(createSandboxProvider({ url: sandboxUrl, timeoutMs: limit, clock }));
  return new Map(providers.map((provider) => [provider.name, limitCalls(provider, callsAtOnce)]));
}
