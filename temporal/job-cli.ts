import { userInfo } from 'node:os';
import { providerChain } from '#domain/ids';
import { isJobName, jobNames, slotAt, slotOf, type JobName } from '#domain/jobs';
import { readLine, runCommand, UsageError } from '#prisma/command-line';
import { findDatabaseUrl } from '#prisma/database-url';
import { createPool, inTenants } from '#prisma/pool';
import type { JobResult } from '#workflows/run-job';
import { openClient } from './client.ts';
import { readBillingEnv } from './env.ts';
import { withTemporal } from './find-temporal.ts';
import { followJob } from './follow-job.ts';
import { recordJobOrder, startJob } from './job-commands.ts';

const usage = `usage: npm run --silent job -- JOB [--slot SLOT] [--wait] [--force] [--by WHO] [--reason WHY] [--ahead]
  JOB       ${jobNames.join(', ')}
  --slot    what it brings the books up to date as of: 2026-11-23, of hourly jobs 2026-11-23T10 (default: the newest that is due)
  --wait    shows its progress, and prints its counts as JSON; the code is 1 unless all is done
  --force   also where the slot is done already; --by and --reason stand in the audit trail
  --ahead   takes a slot that is not due yet, to try out days to come: it bills and closes what is due by then`;

const options = {
  slot: { type: 'string' },
  wait: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  ahead: { type: 'boolean', default: false },
  by: { type: 'string' },
  reason: { type: 'string' },
} as const;
type Values = ReturnType<typeof readLine<typeof options>>['values'];

await runCommand({ name: 'job', usage }, main);

async function main() {
  const { values, positionals } = readLine(process.argv.slice(2), options, 1);
  const [job = ''] = positionals;
  if (!isJobName(job)) throw new UsageError(job === '' ? 'no job' : `no job "${job}"`);
  const slot = values.slot ?? slotOf(job, Date.now());
  const at = slotAt(job, slot);
  if (at === undefined) throw new UsageError(`${slot} is no slot of ${job}, such as ${slotOf(job, Date.now())}`);
  if (at > Date.now() && !values.ahead) {
    throw new UsageError(`${slot} is not due before ${new Date(at).toISOString()}; --ahead takes it all the same`);
  }
  await start(job, slot, values);
}

async function start(job: JobName, slot: string, values: Values) {
  const env = readBillingEnv(await withTemporal(process.env));
  if (values.force) await recordForce(job, slot, values);
  const { client, close } = openClient(env);
  try {
    const started = await startJob({ client, taskQueue: env.taskQueue }, job, slot, values.force);
    const { workflowId } = started.handle;
    if (started.isAlready && values.force) throw new Error(`${workflowId} is under way; force it when it has ended`);
    console.error(`${workflowId} ${started.isAlready ? 'is under way already' : 'started'}`);
    if (!values.wait) return console.log(JSON.stringify({ workflowId }));
    const result = await followJob(started, (progress) => console.error(progress));
    console.log(JSON.stringify({ ...result, counts: totalOf(result) }));
    if (result.isElsewhere) console.error('another run is at it: whether that ends well is not known here');
    if (result.isElsewhere || result.outcome === 'partial') process.exitCode = 1;
  } finally {
    await close();
  }
}

function totalOf({ slots }: JobResult): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { counts } of slots) {
    for (const [counted, n] of Object.entries(counts)) total[counted] = (total[counted] ?? 0) + n;
  }
  return total;
}

/** Who and why, before Temporal is called. */
async function recordForce(job: JobName, slot: string, values: Values) {
  const db = createPool({ url: await findDatabaseUrl(), role: 'worker', max: 1, applicationName: 'job-cli' });
  const actor = values.by ?? userInfo().username;
  const order = { job, slot, action: 'job.forced', reason: values.reason ?? '' } as const;
  await inTenants(db, [providerChain], (client) => recordJobOrder(client, actor, order)).finally(() => db.end());
}
