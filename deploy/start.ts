import { rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { migrate } from '#prisma/migrate';
import { onInterrupt } from './interrupt.ts';
import type { Running } from './services/process.ts';
import type { Prepared } from './services/service.ts';
import { prepareApps } from './stack/apps.ts';
import { tellDemoHistory } from './stack/demo-history.ts';
import { ensureDemoKey } from './stack/demo-tenant.ts';
import { firstEventCommand } from './stack/first-event.ts';
import type { DemoKey } from './stack/first-event.ts';
import { takeOwnership } from './stack/ownership.ts';
import { places } from './stack/places.ts';
import { createProgress } from './stack/progress.ts';
import { keyRing, loadSecrets } from './stack/secrets.ts';
import { openStackServices } from './stack/services.ts';
import { demoStaff } from './stack/staff.ts';
import type { Staff } from './stack/staff.ts';
import { supervise } from './stack/supervise.ts';
import type { Supervised } from './stack/supervise.ts';
import { applySchedules } from './steps/apply-schedules.ts';
import { buildPortal } from './steps/build-portal.ts';
import { buildPrograms } from './steps/build-programs.ts';
import { bundleWorkflows } from './steps/bundle-workflows.ts';
import { generateClient } from './steps/generate-client.ts';

const { say, step } = createProgress(console.log);
const running: Supervised[] = [];
const ownership = await takeOwnership(places.ownership, say).catch(fail);
let announce = () => Promise.resolve();
let demo: Running | undefined;
let isStopping = false;
onInterrupt(stopAll);
await start().catch(async (error: unknown) => {
  if (isStopping) return;
  await stopAll();
  fail(error);
});

async function start() {
  const secrets = await loadSecrets(places.secrets);
  const services = await step('starting Postgres, Redis and Temporal', () => openStackServices(secrets, say, launch));
  await step('migrating the database', async () => {
    for (const name of await migrate(services.databaseUrl)) say(`applied ${name}`);
  });
  await step('generating the Prisma client', generateClient);
  await step('bundling the workflows', bundleWorkflows);
  await step('building the programs', buildPrograms);
  await step('making the schedules of the jobs', () => applySchedules(services.temporalAddress));
  await step('building the portal (once, and after changes)', buildPortal);
  const demoKey = await step('making the demo tenant', () =>
    ensureDemoKey(services.databaseUrl, keyRing(secrets), secrets),
  );
  const staff = demoStaff(secrets);
  const apps = await prepareApps(services, secrets, staff.environment, say);
  await step('starting the sandbox provider, gateway, worker and portal', () => Promise.all(apps.programs.map(launch)));
  announce = () =>
    writeStack({
      gateway: apps.gateway,
      portal: apps.portal,
      temporal: services.temporalAddress,
      temporalUi: services.temporalUi,
      databaseUrl: services.databaseUrl,
      redisUrl: services.redisUrl,
      sandbox: apps.sandbox,
      staff: staff.login,
    });
  await announce();
  console.log(welcome({ ...apps, temporalUi: services.temporalUi }, staff, demoKey));
  demo = await tellDemoHistory(say);
}

async function launch(prepared: Prepared) {
  running.push(await supervise(prepared, say, () => void recordAll()));
  await recordAll();
}

async function recordAll() {
  await ownership.record(running.map((one) => ({ pid: one.pid(), mark: one.mark })));
  await announce();
}

function writeStack(stack: object) {
  const pids = Object.fromEntries(running.map((one) => [one.name, one.pid()]));
  return writeFile(places.stack, `${JSON.stringify({ ...stack, pids: { start: process.pid, ...pids } }, null, 2)}\n`, {
    mode: 0o600,
  });
}

// The programs first, while the services that they finish their work with still run.
async function stopAll() {
  isStopping = true;
  announce = () => Promise.resolve();
  await rm(places.stack, { force: true });
  const apps = new Set(['gateway', 'worker', 'portal']);
  console.log('stopping');
  await demo?.stop();
  await Promise.all(running.filter(({ name }) => apps.has(name)).map((one) => one.stop()));
  await Promise.all(running.filter(({ name }) => !apps.has(name)).map((one) => one.stop()));
  await ownership.release();
}

function welcome(addresses: { gateway: string; portal: string; temporalUi: string }, staff: Staff, demoKey: DemoKey) {
  return `
Tributary is ready. Ctrl-C stops it; its data stays in ${relative(process.cwd(), places.data)} until "npm run reset".

  portal       ${addresses.portal}   sign in as ${staff.login.email} with ${staff.login.password}
               with one role alone: provider@, accountant@ or developer@example.com, same password
  gateway      ${addresses.gateway}   documents at ${addresses.gateway}/docs
  Temporal UI  ${addresses.temporalUi || '(that of your own server)'}
  logs         ${places.logs}
${demoNote()}
Send a first event of the tenant ${demoKey.tenantId} (paste all of it; it signs itself):

${firstEventCommand(addresses.gateway, demoKey)}
`;
}

function demoNote() {
  if (process.env['TRIBUTARY_DEMO'] === 'off') return '';
  return '\nAt the first start thirteen months of twelve demo orgs are told in the background: some minutes, logs/demo.log.\n';
}

function fail(error: unknown): never {
  console.error(`\nnpm start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
