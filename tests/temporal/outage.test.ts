import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { startService, type Prepared, type Service } from '#deploy/services/service';
import { prepareTemporal } from '#deploy/services/temporal';
import { temporalFiles } from '#deploy/services/temporal-files';
import { expectInvariants } from '../support/invariants.ts';
import { acceptMany, acceptOne, createSite, untilDecided, untilWorking, type EngineSite } from './engine-site.ts';

let folder: string;
let metricsPort: number;
let prepared: Prepared;
let server: Service;
let site: EngineSite;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'temporal-outage-'));
  metricsPort = await freePort();
  prepared = await prepareTemporal({
    folder,
    cacheFolder: resolve('.cache'),
    ports: { frontend: await freePort(), http: await freePort(), metrics: metricsPort },
    logFile: join(folder, 'temporal.log'),
    isThrowaway: true,
    say: () => undefined,
  });
  server = await startService(prepared);
  site = await createSite(prepared.address);
});

afterEach(async () => {
  await site.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('T1 Temporal away: driving an event costs nothing and the sweeper drains afterwards', async () => {
  const engine = site.open();
  await untilWorking(engine);
  await server.stop();
  const refs = await acceptMany(site, 300);
  const begin = performance.now();
  for (const ref of refs) engine.drive(ref);
  expect(performance.now() - begin).toBeLessThan(200);
  await expect.poll(() => engine.status().connected, { timeout: 15_000 }).toBe(false);
  const startFailures = engine.status().startFailures;
  for (const ref of refs) engine.drive(ref);
  expect(engine.status().startFailures).toBe(startFailures);
  server = await startService(prepared);
  await untilDecided(site, 25_000);
  expect(engine.status().connected).toBe(true);
  await expectInvariants(site.admin);
}, 90_000);

test('T2 Temporal wiped: the new server gets its search attributes and everything accepted is started again', async () => {
  const engine = site.open();
  await untilWorking(engine);
  engine.drive(await acceptOne(site));
  await untilDecided(site);
  await server.stop();
  for (const file of temporalFiles) await rm(join(folder, file), { force: true });
  const args = prepared.program.args.filter(
    (arg, index, all) => arg !== '--search-attribute' && all[index - 1] !== '--search-attribute',
  );
  server = await startService({ ...prepared, program: { ...prepared.program, args } });
  const refs = await acceptMany(site, 30);
  for (const ref of refs) engine.drive(ref);
  await untilDecided(site, 40_000);
  await expectInvariants(site.admin);
}, 120_000);

test('T6 a server that is asked for more than it gives refuses starts and polls: nothing is lost, and all is applied at its pace', async () => {
  await server.stop();
  const slow = prepared.program.args.map((arg) => arg.replace(/^frontend\.(namespaceRPS|rps)=.*/, 'frontend.$1=20'));
  server = await startService({ ...prepared, program: { ...prepared.program, args: slow } });
  const engine = site.open({ EVENT_LANES: 'own' });
  await untilWorking(engine);
  for (const ref of await acceptMany(site, 40)) engine.drive(ref);
  await untilDecided(site, 60_000);
  expect(await refusedByServer()).toBeGreaterThan(0);
  await expectInvariants(site.admin);
}, 120_000);

/** What the server counted as asked beyond its limits. */
async function refusedByServer(): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const counts = [...text.matchAll(/^service_errors_resource_exhausted\S* (\S+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

test('an engine that starts before Temporal does serves as soon as it is there', async () => {
  await server.stop();
  const engine = site.open();
  const ref = await acceptOne(site);
  engine.drive(ref);
  expect(engine.status()).toMatchObject({ connected: false, embeddedWorker: 'stopped', leftToSweeper: 1 });
  expect(await engine.waitForDecision(ref, Date.now() + 100)).toBeUndefined();
  server = await startService(prepared);
  await untilDecided(site, 25_000);
}, 60_000);
