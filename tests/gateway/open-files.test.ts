import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createKey, type IssuedKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { launchGateway, type GatewayProcess } from './harness/launch-gateway.ts';
import { draft, headersOf } from './harness/signed.ts';
import { keyEncryptionKeys } from './harness/test-gateway.ts';

const openFiles = 260;
const fewFiles = 64;
const kept = 12;

test.skipIf(process.platform !== 'linux')(
  'H4: a gateway that may have few files open refuses connections instead of ending, and serves when they are gone',
  async () => {
    const gateway = await launchGateway({ by: ['prlimit', `--nofile=${openFiles}:${openFiles}`] });
    await isReady(gateway);
    const sockets = flood(gateway, 2 * openFiles);
    const refused = await countRefused(sockets, openFiles);
    expect(refused).toBeGreaterThan(openFiles);
    expect(refused).toBeLessThan(2 * openFiles);
    for (const socket of sockets) socket.destroy();
    await isReady(gateway);
    expect(gateway.process.exitCode).toBeNull();
  },
  60_000,
);

test.skipIf(process.platform !== 'linux')(
  'H4: with 64 files, all of them taken, what is connected is answered 200 or 503, nobody else is let in, and it serves when they are gone',
  async () => {
    const gateway = await launchGateway({});
    await isReady(gateway);
    const key = await makeKey(gateway);
    const agent = new Agent({ keepAlive: true, maxSockets: kept });
    onTestFinished(() => agent.destroy());
    const askAll = () => Promise.all(Array.from({ length: kept }, () => post(gateway, agent, key)));
    // Connected before; what they make it open, it may not any more.
    await Promise.all(Array.from({ length: kept }, () => post(gateway, agent)));
    execFileSync('prlimit', [`--pid=${gateway.process.pid}`, `--nofile=${fewFiles}:4096`]);
    const sockets: Socket[] = [];
    const takeAll = async () => {
      const more = flood(gateway, 2 * fewFiles);
      sockets.push(...more);
      await countRefused(more, fewFiles);
    };
    await takeAll();
    expect((await askAll()).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    // It may be faster than we are at taking again what it has let go.
    const answersWithoutSessions = async () => {
      await endSessions(gateway);
      await takeAll();
      return new Set(await askAll());
    };
    await expect.poll(answersWithoutSessions).toEqual(new Set([503]));
    for (const socket of sockets) socket.destroy();
    await isReady(gateway);
    expect(gateway.process.exitCode).toBeNull();
    await expect.poll(async () => new Set(await askAll())).toEqual(new Set([200]));
  },
  60_000,
);

async function isReady({ port }: GatewayProcess) {
  const health = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status;
  await expect.poll(health, { timeout: 30_000 }).toBe(200);
}

function flood({ port }: GatewayProcess, count: number): Socket[] {
  return Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => undefined));
}

async function makeKey({ databaseUrl }: GatewayProcess): Promise<IssuedKey> {
  const pool = createPool({ url: databaseUrl, role: 'migrator', max: 1, applicationName: 'test-keys' });
  const limits = { ratePerS: 1_000, burst: 1_000, createdBy: 'test' };
  return createKey(pool, parseKeyring(keyEncryptionKeys), { tenantId: 'few-files', ...limits }).finally(() =>
    pool.end(),
  );
}

/** All that it has with Postgres. */
async function endSessions({ databaseUrl }: GatewayProcess) {
  const db = openAdmin(databaseUrl, 1);
  await db.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'gateway%'",
  );
  await db.end();
}

/** A signed event over a connection that stays; without a key a look at its health. */
async function post({ port }: GatewayProcess, agent: Agent, key?: IssuedKey): Promise<number> {
  const signed = key && draft(key);
  const asking = httpRequest({
    port,
    host: '127.0.0.1',
    agent,
    ...(signed
      ? { method: 'POST', path: signed.target, headers: Object.fromEntries(headersOf(signed)) }
      : { path: '/healthz' }),
  });
  asking.end(signed?.body);
  const [answer] = await once(asking, 'response');
  answer.resume();
  await once(answer, 'end');
  return Number(answer.statusCode);
}

/** Resolves when more were closed than files may be open: the first of those that are kept is given up as unused after all others were refused. */
async function countRefused(sockets: readonly Socket[], files: number): Promise<number> {
  let refused = 0;
  for (const socket of sockets) socket.on('close', () => (refused += 1));
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(files);
  return refused;
}
