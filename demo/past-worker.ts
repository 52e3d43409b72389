import { pino } from 'pino';
import { createLogChannel } from '#activities/collection/notices/log-channel';
import { createProviders } from '#payments/config';
import { createBillingPools, createBillingWorker } from '#temporal/billing-worker';
import { openNative } from '#temporal/connection';
import type { BillingEnv } from '#temporal/env';
import { createJobPhases } from '#temporal/job-phases';
import { installRuntime } from '#temporal/runtime';
import type { DemoSystem } from './system.ts';

/** A worker of its own for the jobs of a story, the same but for its clock: what it collects is paid on the day of the story. */
export interface PastWorker {
  readonly taskQueue: string;
  /** The instant of what it works on next. */
  setClock(at: number): void;
  close(): Promise<void>;
}

const taskQueue = 'demo';

/** Whatever notices the past asked for are recorded, and go to nobody. */
export async function openPastWorker(system: DemoSystem, env: BillingEnv): Promise<PastWorker> {
  const log = pino({ level: 'error' }, process.stderr);
  let clock = 0;
  const now = () => clock;
  const pools = createBillingPools(system.databaseUrl, 'demo');
  const jobs = createJobPhases({
    ...pools,
    log,
    providers: createProviders(system.payments, now),
    notify: [createLogChannel(log)],
    anchorsFolder: undefined,
    now,
  });
  await installRuntime(log);
  const { connection } = await openNative(env);
  const worker = await createBillingWorker(connection, { ...env, taskQueue }, { ...pools, log }, jobs);
  const ended = worker.run();
  return {
    taskQueue,
    setClock: (at) => (clock = at),
    async close() {
      worker.shutdown();
      await ended;
      await connection.close();
      await Promise.all([pools.jobs.end(), pools.verifier.end()]);
    },
  };
}
