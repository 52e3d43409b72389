import type pg from 'pg';
import { readLine, runCommand, UsageError } from '#prisma/command-line';
import { findDatabaseUrl } from '#prisma/database-url';
import { createPool } from '#prisma/pool';
import { openClient } from './client.ts';
import { redeliver, replay, reset, retry, workflowOf, type CommandResult } from './commands.ts';
import { readEngineEnv } from './env.ts';
import type { EventStarter } from './event-starts.ts';
import { withTemporal } from './find-temporal.ts';

const usage = `usage: npm run --silent events -- VERB --tenant T --event EVT --by WHO --reason WHY [--run RUNID]
  redeliver  judge a rejected event again, after a correction
  retry      run an accepted event again whose run failed or was stopped, after a fix
  replay     whichever of the two the event takes
  reset      take a run (--run) back to its first task; --workflow ID for another than the one that decided the event`;

const applying = { redeliver, retry, replay };
const verbs = ['redeliver', 'retry', 'replay', 'reset'] as const;
const text = { type: 'string' } as const;
const options = { tenant: text, event: text, by: text, reason: text, run: text, workflow: text };

await runCommand({ name: 'events', usage }, main);

async function main() {
  const { values, positionals } = readLine(process.argv.slice(2), options, 1);
  const { tenant: tenantId, event: eventId, by: actor, reason, run: runId, workflow } = values;
  const verb = verbs.find((known) => known === positionals[0]);
  if (!verb) throw new UsageError(positionals[0] === undefined ? 'no verb' : `no verb "${positionals[0]}"`);
  if (!tenantId || !eventId || !actor || !reason)
    throw new UsageError(`${verb} needs --tenant, --event, --by and --reason`);
  const event = { tenantId, eventId };
  const order = { actorType: 'operator', actor, reason } as const;
  if (verb !== 'reset') return command(({ starter, db }) => applying[verb](starter, db, event, order));
  if (!runId) throw new UsageError('reset needs --run');
  return command(async ({ starter: { client }, db }) => {
    const workflowId = workflow ?? (await workflowOf(db, event));
    if (workflowId === undefined) return { ok: false, refusal: 'unknown_event' };
    return { ok: true, workflowId, runId: await reset(client, db, event, { workflowId, runId }, order) };
  });
}

interface Opened {
  readonly starter: EventStarter;
  readonly db: pg.Pool;
}

async function command(work: (opened: Opened) => Promise<CommandResult>) {
  const env = readEngineEnv(await withTemporal(process.env));
  const db = createPool({ url: await findDatabaseUrl(), role: 'worker', max: 1, applicationName: 'events-cli' });
  const { client, close } = openClient(env);
  try {
    const result = await work({ db, starter: { client, taskQueue: env.taskQueue, isEager: () => false } });
    console.log(JSON.stringify(result));
    if (!result.ok) process.exitCode = 1;
  } finally {
    await close();
    await db.end();
  }
}
