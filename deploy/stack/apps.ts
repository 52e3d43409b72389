import { join } from 'node:path';
import type { Program } from '../services/process.ts';
import { choosePort } from '../services/ports.ts';
import type { Prepared } from '../services/service.ts';
import { programArgs } from '../steps/build-programs.ts';
import { heapFlags } from '../heap-flags.ts';
import { places, ports } from './places.ts';
import { keyRing } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import type { StackServices } from './services.ts';

export type Apps = {
  readonly gateway: string;
  readonly portal: string;
  readonly sandbox: string;
  readonly programs: readonly Prepared[];
};

const answerTimeoutMs = 2_000;
const stopTimeoutMs = 50_000;

/** Sandbox provider, gateway, worker and portal, each with the environment it needs and the address at which it says that it is ready. */
export async function prepareApps(
  services: StackServices,
  secrets: Secrets,
  staff: string,
  say: (line: string) => void,
): Promise<Apps> {
  const gatewayPort = await choosePort('the gateway', ports.gateway, say);
  const portalPort = await choosePort('the portal', ports.portal, say);
  const gatewayOps = await choosePort("the gateway's metrics", ports.gatewayOps, say);
  const workerOps = await choosePort("the worker's metrics", ports.workerOps, say);
  const sandboxPort = await choosePort('the sandbox provider', ports.sandbox, say);
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const [gateway, portal] = [`http://127.0.0.1:${gatewayPort}`, `http://127.0.0.1:${portalPort}`];
  const common = commonEnvironment(services);
  return {
    gateway,
    portal,
    sandbox,
    programs: [
      app('sandbox', programArgs('sandbox'), `${sandbox}/healthz`, {
        SANDBOX_FILE: places.sandbox,
        SANDBOX_PORT: `${sandboxPort}`,
      }),
      app('gateway', programArgs('gateway'), `${gateway}/readyz`, {
        ...common,
        KEY_ENCRYPTION_KEYS: keyRing(secrets),
        TRUSTED_PROXIES: 'none',
        GATEWAY_HOST: '127.0.0.1',
        GATEWAY_PORT: `${gatewayPort}`,
        PUBLIC_BASE_URL: gateway,
        OPS_PORT: `${gatewayOps}`,
        STRIPE_WEBHOOK_SECRET: process.env['STRIPE_WEBHOOK_SECRET'],
      }),
      app('worker', [...heapFlags, ...programArgs('worker')], `http://127.0.0.1:${workerOps}/readyz`, {
        ...common,
        OPS_HOST: '127.0.0.1',
        OPS_PORT: `${workerOps}`,
        AUDIT_ANCHORS_DIR: places.anchors,
        APP_ENV: 'development',
        ...payments(sandbox),
      }),
      app('portal', [...heapFlags, ...programArgs('portal')], `${portal}/api/health`, {
        ...common,
        KEY_ENCRYPTION_KEYS: keyRing(secrets),
        GATEWAY_URL: gateway,
        PORT: `${portalPort}`,
        HOSTNAME: '127.0.0.1',
        APP_ORIGIN: portal,
        APP_ENV: 'development',
        PROVIDER_STAFF: staff,
        STAFF_SECRET_KEYS: secrets.staffSecretKeys,
        REQUIRE_MFA: process.env['REQUIRE_MFA'],
        NEXT_TELEMETRY_DISABLED: '1',
      }),
    ],
  };
}

/** The sandbox of this stack, unless the environment chooses another provider. */
function payments(sandbox: string) {
  const names = [
    'PAYMENT_PROVIDER',
    'STRIPE_SECRET_KEY',
    'STRIPE_API_BASE',
    'NOTICE_SMTP_URL',
    'NOTICE_FROM',
    'NOTICE_TO',
  ];
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), SANDBOX_PROVIDER_URL: sandbox };
}

function commonEnvironment({ databaseUrl, redisUrl, temporalAddress, temporalUi }: StackServices) {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
    TEMPORAL_UI_URL: temporalUi || undefined,
  };
}

function app(name: string, args: readonly string[], readyUrl: string, env: Program['env']): Prepared {
  return {
    address: readyUrl,
    ready: () => expectOk(readyUrl),
    program: {
      name,
      command: process.execPath,
      args,
      ...(env && { env }),
      logFile: join(places.logs, `${name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs,
    },
  };
}

async function expectOk(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}
