import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { findTemporal } from './find-temporal.ts';
import type { Prepared } from './service.ts';

const run = promisify(execFile);
const namespace = 'default';
const retention = '72h';
const connectTimeoutMs = 2_000;
const commandTimeoutMs = 15_000;
const searchAttributes = ['TenantId', 'EventType', 'EventId', 'Outcome', 'Stream'];
// The development server keeps the limits of a small cluster, which are far below what one machine does.
const dynamicConfig = [
  'frontend.rps=20000',
  'frontend.namespaceRPS=20000',
  'history.rps=20000',
  'matching.rps=20000',
  'frontend.namespaceCount=5000',
  'frontend.namespaceRPS.visibility=50',
  'limit.maxIDLength=255',
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'system.enableEagerWorkflowStart=true',
];

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
      args: serverArgs(options),
      env: { TEMPORAL_DISABLE_UPDATE_CHECK: 'true' },
      logFile: options.logFile,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 15_000,
    },
  };
}

function serverArgs({ folder, ports, isThrowaway }: TemporalOptions) {
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
    join(folder, 'temporal.db'),
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    `synchronous=${isThrowaway ? 'OFF' : 'NORMAL'}`,
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...dynamicConfig.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
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
