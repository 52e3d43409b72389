import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { createPool, inTenants, transactionCounts } from '#prisma/pool';
import { openProxy, type Proxy } from '#tests/gateway/harness/proxy';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openAdmin } from '../support/admin.ts';
import { makeOrg } from '../support/events.ts';

let database: TestDatabase;
let admin: pg.Pool;
let proxy: Proxy;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url);
  await makeOrg(admin, 'acme');
  await makeOrg(admin, 'other');
  proxy = await openProxy(database.url);
});

beforeEach(() => {
  proxy.pass();
  pool = createPool({
    url: proxy.url,
    role: 'worker',
    max: 1,
    applicationName: 'test',
    lockTimeoutMs: 200,
    statementTimeoutMs: 300,
    queryTimeoutMs: 400,
  });
});

afterAll(async () => {
  await proxy.close();
  await admin.end();
  await database.drop();
});

const insert = (client: pg.ClientBase, org: string, id: string) =>
  client.query("insert into lead (org_id, id, status, created_at, version) values ($1, $2, 'new', now(), 1)", [
    org,
    id,
  ]);

async function leads(id: string) {
  const { rows } = await admin.query('select 1 from lead where id = $1', [id]);
  return rows.length;
}

test.each(['holdAnswers', 'reset'] as const)('a commit that gets no answer (%s) counts as unknown', async (fault) => {
  const writing = inTenants(pool, ['acme'], async (client) => {
    await insert(client, 'acme', fault);
    // With the commit already on its way, or swallowed.
    if (fault === 'holdAnswers') proxy.holdAnswers();
    else setImmediate(() => proxy.reset());
  });
  await expect(writing).rejects.toThrow();
  expect(transactionCounts(pool)).toEqual({ unknownOutcomes: 1, lateStatementsRefused: 0 });
  proxy.pass();
  // And it may well have happened.
  if (fault === 'holdAnswers') await expect.poll(() => leads(fault)).toBe(1);
  await pool.end();
});

test('P13: a transaction that is left idle is ended by the server, and lets go of what it held', async () => {
  const { rows } = await pool.query('show idle_in_transaction_session_timeout');
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
  const left = inTenants(pool, ['acme'], async (client) => {
    await client.query("set local idle_in_transaction_session_timeout = '300ms'");
    await insert(client, 'acme', 'left-idle');
    await sleep(1_000);
    await client.query('select 1');
  });
  await expect(left).rejects.toThrow();
  expect(await leads('left-idle')).toBe(0);
  await inTenants(pool, ['acme'], (client) => insert(client, 'acme', 'left-idle'));
  expect(await leads('left-idle')).toBe(1);
  await pool.end();
});

test('a connection that is made for one who gave up while its server was looked at is there for the next', async () => {
  await pool.end();
  pool = createPool({ url: proxy.url, role: 'worker', max: 1, applicationName: 'test', connectTimeoutMs: 700 });
  const first = await pool.connect();
  const impatient = pool.connect().then(
    (client) => client.release(),
    () => 'gave up',
  );
  // Three answers until it is connected, and a fourth that says what the server is.
  proxy.slow(200);
  first.release(true);
  expect(await impatient).toBe('gave up');
  await sleep(400);
  proxy.pass();
  await pool.query('select 1');
  await pool.end();
});

test('what fails before the commit is known not to have happened, and is not counted', async () => {
  const swallowed = inTenants(pool, ['acme'], async (client) => {
    proxy.holdAnswers();
    await insert(client, 'acme', 'swallowed');
  });
  await expect(swallowed).rejects.toThrow();
  proxy.pass();
  expect(transactionCounts(pool)).toEqual({ unknownOutcomes: 0, lateStatementsRefused: 0 });
  await expect.poll(() => leads('swallowed')).toBe(0);
  await pool.end();
});

test('a statement for a tenant that its transaction does not speak for is refused and counted', async () => {
  await expect(inTenants(pool, ['other'], (client) => insert(client, 'acme', 'late'))).rejects.toMatchObject({
    code: '42501',
  });
  expect(transactionCounts(pool)).toEqual({ unknownOutcomes: 0, lateStatementsRefused: 1 });
  await pool.end();
});
