import { parseArgs } from 'node:util';
import { findDatabaseUrl } from '#prisma/database-url';
import { createPool } from '#prisma/pool';
import { openClient } from './client.ts';
import { redeliver, replay, reset, retry, workflowOf, type CommandResult, type Order } from './commands.ts';
import { readEngineEnv } from './env.ts';
import { withTemporal } from './find-temporal.ts';

const usage = `usage: npm run --silent events -- VERB --tenant T --event EVT --by WHO --reason WHY [--run RUNID]
  redeliver  judge a rejected event again, after a correction
  retry      run an accepted event again whose run failed or was stopped, after a fix
  replay     whichever of the two the event takes
  reset      take a run (--run) back to its first task; --workflow ID for another than the one that decided the event`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tenant: { type: 'string' },
    event: { type: 'string' },
    by: { type: 'string' },
    reason: { type: 'string' },
    run: { type: 'string' },
    workflow: { type: 'string' },
  },
});

const { tenant: tenantId, event: eventId, by: actor, reason, run: runId, workflow } = values;
const [verb] = positionals;
if (!tenantId || !eventId || !actor || !reason || (verb === 'reset' && !runId)) fail(2, usage);
else await command(verb, { tenantId, eventId }, { actorType: 'operator', actor, reason }).catch(tellFailure);

async function command(name: string | undefined, event: { tenantId: string; eventId: string }, order: Order) {
  const env = readEngineEnv(await withTemporal(process.env));
  const db = createPool({ url: await findDatabaseUrl(), role: 'worker', max: 1, applicationName: 'events-cli' });
  const { client, close } = openClient(env);
  const starter = { client, taskQueue: env.taskQueue, isEager: () => false };
  try {
    if (name === 'redeliver') tell(await redeliver(starter, db, event, order));
    else if (name === 'retry') tell(await retry(starter, db, event, order));
    else if (name === 'replay') tell(await replay(starter, db, event, order));
    else if (name === 'reset' && runId) {
      const workflowId = workflow ?? (await workflowOf(db, event));
      if (workflowId === undefined) tell({ ok: false, refusal: 'unknown_event' });
      else tell({ ok: true, workflowId, runId: await reset(client, db, event, { workflowId, runId }, order) });
    } else fail(2, usage);
  } finally {
    await close();
    await db.end();
  }
}

function tell(result: CommandResult | object) {
  console.log(JSON.stringify(result));
  if ('ok' in result && !result.ok) process.exitCode = 1;
}

function tellFailure(error: unknown) {
  fail(1, error instanceof Error ? error.message : String(error));
}

function fail(code: number, message: string) {
  console.error(message);
  process.exitCode = code;
}
