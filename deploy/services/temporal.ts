import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { findTemporal } from './find-temporal.ts';
import type { Prepared } from './service.ts';
import { temporalDatabase } from './temporal-files.ts';

const run = promisify(execFile);
const namespace = 'default';
const retention = '72h';
const connectTimeoutMs = 2_000;
const commandTimeoutMs = 15_000;
const searchAttributes = ['TenantId', 'EventType', 'EventId', 'Outcome', 'Stream'];
const dynamicConfigFile = new URL('../temporal/dynamicconfig.yaml', import.meta.url);

export type TemporalPorts = {
  readonly frontend: number;
  readonly http: number;
  readonly metrics: number;
  /** None: the server runs without its web UI. */
  readonly ui?: number;
};

export type TemporalOptions = {
  readonly folder: string;
  readonly cacheFolder: string;
  readonly ports: TemporalPorts;
  readonly logFile: string;
  /** A throwaway server of the tests: nothing is kept through a crash of the machine. */
  readonly isThrowaway: boolean;
  readonly say: (line: string) => void;
};

export async function prepareTemporal(options: TemporalOptions): Promise<Prepared> {
  const command = await findTemporal(options.cacheFolder, options.say);
  await mkdir(options.folder, { recursive: true });
  const address = `127.0.0.1:${options.ports.frontend}`;
  return {
    address,
    ready: () => ping(address, command),
    program: {
      name: 'temporal',
      command,
      args: await serverArgs(options),
      env: { TEMPORAL_DISABLE_UPDATE_CHECK: 'true' },
      logFile: options.logFile,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 15_000,
    },
  };
}

async function serverArgs({ folder, ports, isThrowaway }: TemporalOptions) {
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    `${ports.frontend}`,
    '--http-port',
    `${ports.http}`,
    '--metrics-port',
    `${ports.metrics}`,
    ...(ports.ui === undefined ? ['--headless'] : ['--ui-port', `${ports.ui}`]),
    '--namespace',
    namespace,
    '--log-level',
    'warn',
    '--db-filename',
    join(folder, temporalDatabase),
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    `synchronous=${isThrowaway ? 'OFF' : 'NORMAL'}`,
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...(await readDynamicConfig()).flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

// The development server takes no such file, and keeps the limits of a small cluster without it.
async function readDynamicConfig() {
  const text = await readFile(dynamicConfigFile, 'utf8');
  return [...text.matchAll(/^([\w.]+):\n {2}- value: (\S+)$/gm)].map(([, key, value]) => `${key}=${value}`);
}

async function ping(address: string, command: string) {
  const connection = await Connection.connect({ address, connectTimeout: connectTimeoutMs });
  try {
    await connection.withDeadline(Date.now() + connectTimeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
  // A finished run would be gone after a day, too soon for whoever looks into an incident.
  await run(
    command,
    ['operator', 'namespace', 'update', '-n', namespace, '--retention', retention, '--address', address],
    { timeout: commandTimeoutMs },
  );
}
