import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { providerChain } from '#domain/ids';
import { isJobName, jobNames, slotAt, slotOf, type JobName } from '#domain/jobs';
import { findDatabaseUrl } from '#prisma/database-url';
import { createPool, inTenants } from '#prisma/pool';
import type { JobResult } from '#workflows/run-job';
import { openClient } from './client.ts';
import { readBillingEnv } from './env.ts';
import { withTemporal } from './find-temporal.ts';
import { followJob, reasonOf } from './follow-job.ts';
import { recordJobOrder, startJob } from './job-commands.ts';

const usage = `usage: npm run --silent job -- JOB [--slot SLOT] [--wait] [--force] [--by WHO] [--reason WHY] [--ahead]
  JOB       ${jobNames.join(', ')}
  --slot    what it brings the books up to date as of: 2026-11-23, of hourly jobs 2026-11-23T10 (default: the newest that is due)
  --wait    shows its progress, and prints its counts as JSON; the code is 1 unless all is done
  --force   also where the slot is done already; --by and --reason stand in the audit trail
  --ahead   takes a slot that is not due yet, to try out days to come: it bills and closes what is due by then`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    slot: { type: 'string' },
    wait: { type: 'boolean', default: false },
    force: { type: 'boolean', default: false },
    ahead: { type: 'boolean', default: false },
    by: { type: 'string' },
    reason: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [name = '', ...others] = positionals;

if (values.help) console.log(usage);
else if (!isJobName(name) || others.length > 0) fail(2, usage);
else await command(name, values.slot ?? slotOf(name, Date.now()));

async function command(job: JobName, slot: string) {
  const at = slotAt(job, slot);
  if (at === undefined) return fail(2, `${slot} is no slot of ${job}, such as ${slotOf(job, Date.now())}`);
  if (at > Date.now() && !values.ahead) {
    return fail(2, `${slot} is not due before ${new Date(at).toISOString()}; --ahead takes it all the same`);
  }
  try {
    await start(job, slot);
  } catch (error) {
    fail(1, `${job} ${slot}: ${reasonOf(error)}`);
  }
}

async function start(job: JobName, slot: string) {
  const env = readBillingEnv(await withTemporal(process.env));
  if (values.force) await recordForce(job, slot);
  const { client, close } = openClient(env);
  try {
    const started = await startJob({ client, taskQueue: env.taskQueue }, job, slot, values.force);
    const { workflowId } = started.handle;
    if (started.isAlready && values.force) return fail(1, `${workflowId} is under way; force it when it has ended`);
    console.error(`${workflowId} ${started.isAlready ? 'is under way already' : 'started'}`);
    if (!values.wait) return console.log(JSON.stringify({ workflowId }));
    const result = await followJob(started, (progress) => console.error(progress));
    console.log(JSON.stringify({ ...result, counts: totalOf(result) }));
    if (result.outcome === 'partial') process.exitCode = 1;
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
async function recordForce(job: JobName, slot: string) {
  const db = createPool({ url: await findDatabaseUrl(), role: 'worker', max: 1, applicationName: 'job-cli' });
  const actor = values.by ?? userInfo().username;
  const order = { job, slot, action: 'job.forced', reason: values.reason ?? '' } as const;
  await inTenants(db, [providerChain], (client) => recordJobOrder(client, actor, order)).finally(() => db.end());
}

function fail(code: number, message: string) {
  console.error(message);
  process.exitCode = code;
}
