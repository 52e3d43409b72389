import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoOrgs } from '#demo/orgs';
import { monthPrefix, replayMonth } from '#demo/replay-month';
import type { DemoSystem } from '#demo/system';
import { freePort } from '#deploy/services/ports';
import { programArgs, type ProgramName } from '#deploy/steps/build-programs';
import { readPaymentConfig } from '#payments/config';
import { services } from '../support/services.ts';
import { createJobSite, type JobSite } from '#tests/temporal/job-site';

const month = '2026-09';
const prefix = monthPrefix(month);
/** Graduated in euros with AI, a charge that is declined for good, packages with two soft declines, yen. */
const orgs = demoOrgs.filter(({ id }) => ['acme', 'fjord', 'dunes', 'ember'].includes(id));

let site: JobSite;
let system: DemoSystem;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  site = await createJobSite();
  folder = await mkdtemp(join(tmpdir(), 'tributary-month-'));
  const sandboxPort = await freePort();
  const environment = {
    DATABASE_URL: site.databaseUrl,
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
    EVENT_TASK_QUEUE: `events-${site.taskQueue}`,
    SANDBOX_PROVIDER_URL: `http://127.0.0.1:${sandboxPort}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  launch('sandbox', {
    SANDBOX_PORT: `${sandboxPort}`,
    SANDBOX_FILE: join(folder, 'sandbox.jsonl'),
    SANDBOX_ANSWER_MS: '1',
  });
  const port = await freePort();
  launch('worker', { OPS_PORT: `${port}`, OPS_HOST: '127.0.0.1' });
  system = {
    databaseUrl: site.databaseUrl,
    redisUrl: services().redisUrl,
    temporalAddress: site.address,
    payments: readPaymentConfig(environment),
    keyEncryptionKeys: `k1:${randomBytes(32).toString('base64url')}`,
  };
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.text(),
      () => '',
    );
  await vi.waitUntil(async () => (await ready()).includes('"billingWorker":"running","hasSchedules":true'), 30_000);
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  vi.unstubAllEnvs();
  await site.close();
  await rm(folder, { recursive: true });
});

test('a month that is told day by day ends with all invariants and without a gap, and told again it changes nothing', async () => {
  const told = await replayMonth(system, month, { say: () => undefined, orgs, daysPerNight: 8, nightsAfter: 4 });
  expect(told.violations).toEqual([]);
  expect(told.reconciled.differing).toEqual([]);
  expect(told.reconciled.gaps).toEqual(['0.00 EUR', '0 JPY', '0.00 USD']);
  expect(told.reconciled.rows).toBeGreaterThan(10);
  const books = await booksOf();
  expect(books.invoices).toMatchObject({ acme: 'paid', dunes: 'paid', ember: 'paid', fjord: 'open' });
  expect(books.currencies).toEqual(['EUR', 'JPY', 'USD']);
  expect(books.streams).toEqual(['addons', 'ai', 'leads', 'subscriptions', 'usage']);
  expect(books.cases).toEqual([`${prefix}dunes closed`, `${prefix}fjord retrying`]);
  expect(books.movements).toEqual(['contraction', 'expansion', 'new']);
  expect(books.alerts).toBeGreaterThan(0);
  expect(books.lateLines).toBe(0);
  expect(books.untimely).toEqual([]);

  const again = await replayMonth(system, month, { say: () => undefined, orgs, daysPerNight: 31, nightsAfter: 0 });
  expect(again).toMatchObject({ moments: told.moments, violations: [] });
  expect(await booksOf()).toEqual(books);
}, 120_000);

async function booksOf() {
  const one = async <T extends object>(sql: string) => (await site.admin.query<T>(sql)).rows;
  const invoices = await one<{ org_id: string; status: string }>(
    "select org_id, status from invoice where source = 'rated' and number is not null order by org_id, number",
  );
  const list = async (sql: string) => (await one<{ v: string }>(sql)).map(({ v }) => v);
  return {
    invoices: Object.fromEntries(invoices.map(({ org_id, status }) => [org_id.replace(prefix, ''), status])),
    currencies: await list("select distinct currency as v from invoice where source = 'rated' order by 1"),
    streams: await list('select distinct stream as v from invoice_line order by 1'),
    cases: await list("select org_id || ' ' || state as v from dunning_case order by 1"),
    movements: await list('select distinct kind as v from mrr_movement order by 1'),
    alerts: (await one('select from ai_alert')).length,
    lateLines: (await one("select from invoice_line where is_late and meter <> 'ai.overage'")).length,
    untimely: await one(
      `select e.type, e.received_at - e.occurred_at as late, v.decided_at - e.received_at as took
       from event e join event_verdict v on v.org_id = e.org_id and v.event_id = e.id
       where e.received_at - e.occurred_at not between '0' and '1 day' or v.decided_at - e.received_at not between '0' and '1 hour'`,
    ),
    lines: (await one('select from invoice_line')).length,
    ledger: (await one('select from billing_ledger')).length,
    events: (await one('select from event')).length,
  };
}

function launch(name: ProgramName, env: Readonly<Record<string, string>>) {
  children.push(
    spawn(process.execPath, programArgs(name), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
}
