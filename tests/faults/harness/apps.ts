import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#deploy/services/ports';
import { programArgs, type ProgramName } from '#deploy/steps/build-programs';
import type { Prepared } from '#deploy/services/service';
import { restartable, type Restartable } from './restartable.ts';
import type { Services } from './services.ts';

/** Who applies events: an event worker inside the gateway, or the worker process alone. */
export type EventWorker = 'embedded' | 'off';

export interface Apps {
  readonly gateway: Restartable;
  readonly worker: Restartable;
  readonly keyring: string;
  /** Resolves when every event worker polls; neither process waits for that before it serves. */
  working(): Promise<void>;
}

const answerTimeoutMs = 2_000;
const stopTimeoutMs = 50_000;
const workingDeadlineMs = 60_000;
const pollMs = 50;

/** The gateway and the worker process as they are deployed, not started yet. */
export async function prepareApps(
  services: Services,
  eventWorker: EventWorker,
  told: (fault: string) => void,
  extra: Readonly<Record<string, string>> = {},
): Promise<Apps> {
  const [gatewayPort, gatewayOps, workerOps] = await Promise.all([freePort(), freePort(), freePort()]);
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  const keyring = `kek1:${randomBytes(32).toString('base64url')}`;
  // Runs of one stack must not be taken by the workers of another on the same Temporal.
  const queue = randomBytes(4).toString('hex');
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    TEMPORAL_ADDRESS: services.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    KEY_ENCRYPTION_KEYS: keyring,
    EVENT_WORKER: eventWorker,
    EVENT_TASK_QUEUE: `events-${queue}`,
    BILLING_TASK_QUEUE: `billing-${queue}`,
    TRUSTED_PROXIES: 'none',
    ...extra,
  };
  const gateway = app(services, 'gateway', `${gatewayUrl}/readyz`, {
    ...env,
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: `${gatewayPort}`,
    PUBLIC_BASE_URL: gatewayUrl,
    OPS_PORT: `${gatewayOps}`,
  });
  const worker = app(services, 'worker', `http://127.0.0.1:${workerOps}/readyz`, {
    ...env,
    OPS_PORT: `${workerOps}`,
  });
  return {
    gateway: restartable({ ...gateway, address: gatewayUrl }, told),
    worker: restartable(worker, told),
    keyring,
    async working() {
      const urls = [`http://127.0.0.1:${workerOps}/readyz`];
      if (eventWorker === 'embedded') urls.push(`http://127.0.0.1:${gatewayOps}/health/deep`);
      await Promise.all(urls.map(untilWorkerRuns));
    },
  };
}

async function untilWorkerRuns(url: string) {
  const deadline = Date.now() + workingDeadlineMs;
  while (!(await textAt(url)).includes('"embeddedWorker":"running"')) {
    if (Date.now() > deadline) throw new Error(`${url}: no event worker runs after ${workingDeadlineMs} ms`);
    await sleep(pollMs);
  }
}

async function textAt(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
  return response.text();
}

function app(
  { folder }: Services,
  name: ProgramName,
  readyUrl: string,
  env: Readonly<Record<string, string>>,
): Prepared {
  return {
    address: readyUrl,
    ready: () => expectOk(readyUrl),
    program: {
      name,
      command: process.execPath,
      args: programArgs(name),
      env,
      logFile: join(folder, `${name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs,
    },
  };
}

async function expectOk(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}
