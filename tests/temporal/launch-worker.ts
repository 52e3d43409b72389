import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '#deploy/services/ports';
import { programArgs } from '#deploy/steps/build-programs';
import type { JobSite } from './job-site.ts';

/** The worker process as it is deployed, on the queues of a site. By default its provider is away. */
export async function launchWorker(
  { databaseUrl, address, namespace, taskQueue }: JobSite,
  providerUrl = 'http://127.0.0.1:9',
): Promise<ChildProcess> {
  return spawn(process.execPath, programArgs('worker'), {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      BILLING_TASK_QUEUE: taskQueue,
      EVENT_TASK_QUEUE: `events-${taskQueue}`,
      OPS_PORT: String(await freePort()),
      OPS_HOST: '127.0.0.1',
      SANDBOX_PROVIDER_URL: providerUrl,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
