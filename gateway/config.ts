import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const atLeastOne = z.coerce.number().int().min(1);
const milliseconds = z.coerce.number().int().min(0);

/** What the environment says. Names are told when something is wrong, values never. */
const environment = z.object({
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1),
  KEY_ENCRYPTION_KEYS: z.string().min(1),
  APP_ENV: z.enum(['development', 'test', 'production']).default('development'),
  GATEWAY_HOST: z.string().min(1).default('127.0.0.1'),
  GATEWAY_PORT: port.default(4_000),
  PUBLIC_BASE_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:4000'),
  OPS_PORT: port.optional(),
  OPS_HOST: z.string().min(1).optional(),
  TRUSTED_PROXIES: z.string().optional(),
  GATEWAY_CONNECTIONS_MAX: atLeastOne.default(4_000),
  GATEWAY_IN_FLIGHT_MAX: atLeastOne.default(512),
  GATEWAY_LOOP_LAG_MS_MAX: atLeastOne.default(250),
  ADDRESS_RATE_PER_S: atLeastOne.default(200),
  ADDRESS_BURST: atLeastOne.default(2_000),
  KEEP_ALIVE_TIMEOUT_MS: milliseconds.default(65_000),
  BALANCER_IDLE_MS: milliseconds.default(60_000),
  BALANCER_INTERVAL_MS: milliseconds.default(0),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export interface GatewayConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly keyEncryptionKeys: string;
  readonly isProduction: boolean;
  readonly host: string;
  readonly port: number;
  /** Where tenants reach this service; without a slash at the end. */
  readonly publicBaseUrl: string;
  readonly opsPort: number | undefined;
  readonly opsHost: string;
  readonly trustedProxies: BlockList | undefined;
  readonly isTrustedProxiesSet: boolean;
  readonly connectionsMax: number;
  readonly inFlightMax: number;
  readonly loopLagMsMax: number;
  readonly addressRatePerS: number;
  readonly addressBurst: number;
  readonly keepAliveTimeoutMs: number;
  readonly balancerIdleMs: number;
  /** How long a balancer may need to see that this process is no longer ready. */
  readonly balancerIntervalMs: number;
  /** Of webhooks; empty where no payment provider sends any. Two while one replaces the other. */
  readonly webhookSecrets: readonly string[];
  readonly logLevel: string;
}

/** @throws with the names of the variables that are missing or malformed */
export function readConfig(env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environment.safeParse(set);
  if (!result.success) {
    const names = new Set(result.error.issues.map((issue) => issue.path.join('.')));
    throw new Error(`missing or malformed in the environment: ${[...names].join(', ')}`);
  }
  const read = result.data;
  return {
    databaseUrl: read.DATABASE_URL,
    redisUrl: read.REDIS_URL,
    keyEncryptionKeys: read.KEY_ENCRYPTION_KEYS,
    isProduction: read.APP_ENV === 'production',
    host: read.GATEWAY_HOST,
    port: read.GATEWAY_PORT,
    publicBaseUrl: read.PUBLIC_BASE_URL.replace(/\/$/, ''),
    opsPort: read.OPS_PORT,
    opsHost: read.OPS_HOST ?? read.GATEWAY_HOST,
    trustedProxies: parseProxies(read.TRUSTED_PROXIES),
    isTrustedProxiesSet: read.TRUSTED_PROXIES !== undefined,
    connectionsMax: read.GATEWAY_CONNECTIONS_MAX,
    inFlightMax: read.GATEWAY_IN_FLIGHT_MAX,
    loopLagMsMax: read.GATEWAY_LOOP_LAG_MS_MAX,
    addressRatePerS: read.ADDRESS_RATE_PER_S,
    addressBurst: read.ADDRESS_BURST,
    keepAliveTimeoutMs: read.KEEP_ALIVE_TIMEOUT_MS,
    balancerIdleMs: read.BALANCER_IDLE_MS,
    balancerIntervalMs: read.BALANCER_INTERVAL_MS,
    webhookSecrets: (read.STRIPE_WEBHOOK_SECRET ?? '').split(',').filter((secret) => secret !== ''),
    logLevel: read.LOG_LEVEL,
  };
}

/** Reads `none`, or addresses and CIDRs separated by commas. */
function parseProxies(text: string | undefined): BlockList | undefined {
  if (text === undefined || text === 'none') return undefined;
  const list = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bitsMax = version === 6 ? 128 : 32;
    const bits = prefix === undefined ? bitsMax : Number(prefix);
    if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix ?? '0') || bits > bitsMax) {
      throw new Error('malformed in the environment: TRUSTED_PROXIES');
    }
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
