import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { programArgs } from '#deploy/steps/build-programs';
import { createDatabase } from '../../support/database.ts';
import { services } from '../../support/services.ts';
import { keyEncryptionKeys } from './test-gateway.ts';

export interface GatewayProcess {
  readonly port: number;
  readonly databaseUrl: string;
  readonly process: ChildProcess;
}

/** The gateway as it is deployed, with a database of its own; both end with the test. */
export async function launchGateway(options: {
  readonly redisUrl?: string;
  /** Runs Node; itself when absent. */
  readonly by?: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<GatewayProcess> {
  const { redisUrl = services().redisUrl, by = [], env = {} } = options;
  const database = await createDatabase();
  const port = await freePort();
  const [program = '', ...args] = [...by, process.execPath, ...programArgs('gateway')];
  const child = spawn(program, args, {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      TEMPORAL_ADDRESS: services().temporalAddress,
      EVENT_TASK_QUEUE: `launched-${port}`,
      KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
      GATEWAY_PORT: String(port),
      ...env,
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await database.drop();
  });
  return { port, databaseUrl: database.url, process: child };
}
