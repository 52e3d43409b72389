import { runCommand } from '#prisma/command-line';
import { openClient } from './client.ts';
import { readBillingEnv } from './env.ts';
import { withTemporal } from './find-temporal.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { applySchedules } from './schedules.ts';

const usage = `usage: npm run schedules:apply
  a step of each deployment: the schedules of the jobs as this release wants them; what an operator paused stays paused`;

await runCommand({ name: 'schedules', usage }, async () => {
  const env = readBillingEnv(await withTemporal(process.env));
  const { client, close } = openClient(env);
  try {
    await registerSearchAttributes(client, env.namespace);
    const changes = await applySchedules(client, env.taskQueue);
    for (const [job, change] of Object.entries(changes)) console.log(`${job}: ${change}`);
  } finally {
    await close();
  }
});
