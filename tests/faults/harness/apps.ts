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
  /** Of events. */
  readonly taskQueue: string;
  /** One more of a kind beside it, on ports of its own: not started yet. */
  readonly another: (name: 'gateway' | 'worker') => Promise<Restartable>;
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
  const keyring = `kek1:${randomBytes(32).toString('base64url')}`;
  // Runs of one stack must not be taken by the workers of another on the same Temporal.
  const queue = randomBytes(4).toString('hex');
  const taskQueue = `events-${queue}`;
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    TEMPORAL_ADDRESS: services.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    KEY_ENCRYPTION_KEYS: keyring,
    EVENT_WORKER: eventWorker,
    EVENT_TASK_QUEUE: taskQueue,
    BILLING_TASK_QUEUE: `billing-${queue}`,
    TRUSTED_PROXIES: 'none',
    ...extra,
  };
  const [gateway, worker] = await Promise.all([prepareGateway(services, env), prepareWorker(services, env)]);
  return {
    gateway: restartable(gateway.prepared, told),
    worker: restartable(worker.prepared, told),
    keyring,
    taskQueue,
    async another(name) {
      const { prepared } = await (name === 'gateway' ? prepareGateway : prepareWorker)(services, env);
      return restartable(prepared, told);
    },
    async working() {
      const urls = [`${worker.opsUrl}/readyz`];
      if (eventWorker === 'embedded') urls.push(`${gateway.opsUrl}/health/deep`);
      await Promise.all(urls.map(untilWorkerRuns));
    },
  };
}

interface PreparedApp {
  readonly prepared: Prepared;
  readonly opsUrl: string;
}

type Env = Readonly<Record<string, string>>;

async function prepareGateway(services: Services, env: Env): Promise<PreparedApp> {
  const [port, opsPort] = await Promise.all([freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const own = { GATEWAY_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, PUBLIC_BASE_URL: url, OPS_PORT: `${opsPort}` };
  const prepared = app(services, 'gateway', `${url}/readyz`, { ...env, ...own });
  return { prepared: { ...prepared, address: url }, opsUrl: `http://127.0.0.1:${opsPort}` };
}

async function prepareWorker(services: Services, env: Env): Promise<PreparedApp> {
  const opsPort = await freePort();
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  return { prepared: app(services, 'worker', `${opsUrl}/readyz`, { ...env, OPS_PORT: `${opsPort}` }), opsUrl };
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

function app({ folder }: Services, name: ProgramName, readyUrl: string, env: Env): Prepared {
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
