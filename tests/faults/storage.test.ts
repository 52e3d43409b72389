import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openAdmin } from '#tests/support/admin';
import { findLost } from '#prisma/invariants';
import { openLedger, type Ledger } from './harness/ledger.ts';
import { eventRequest, expectedId } from './harness/plan.ts';
import type { Standby } from './harness/own-postgres.ts';
import { useMovableServices } from './harness/use-stack.ts';

const roomy = '1500m';
// A full disk needs a file system of its own, which only root can make.
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const { stack, load } = useMovableServices('embedded', isRoot ? roomy : undefined);
const testTimeoutMs = 150_000;
const run = promisify(execFile);
const awayMs = 2_500;
const lostCount = 10;
/** Where the database is, when no test did anything to it yet or after each. */
let primary: Pick<Standby, 'server' | 'follow'>;

beforeEach(() => {
  primary ??= stack().services.postgres;
});

const disk = (size: string) => run('mount', ['-o', `remount,size=${size}`, stack().services.postgres.folder]);

/** Leaves as little room as can be: what is in use may grow while it is measured. */
async function fillDisk() {
  for (let spareKb = 128; ; spareKb *= 2) {
    const { stdout } = await run('df', ['--output=used', '--block-size=1K', stack().services.postgres.folder]);
    const usedKb = Number(stdout.split('\n')[1]);
    const isFull = await disk(`${usedKb + spareKb}k`).then(
      () => true,
      () => false,
    );
    if (isFull) return;
  }
}

test.skipIf(!isRoot)(
  'P14: the disk of Postgres is full; requests are refused, and all goes on when there is room again, with nothing lost',
  async () => {
    const { services, faults } = stack();
    const { postgres } = services;
    const running = await load({ requests: 280 });
    await running.accepted(20);
    await fillDisk();
    faults.push('the disk of postgres is full');
    const before = running.answers.length;
    await expect.poll(() => postgres.server.grep(/No space left on device/), { timeout: 20_000 }).not.toBe('');
    await expect
      .poll(() => running.answers.slice(before).some(({ status = 0 }) => status >= 500), { timeout: 20_000 })
      .toBe(true);
    await disk(roomy);
    if (!postgres.server.isAlive()) await postgres.server.start();
    await running.finish();
  },
  testTimeoutMs,
);

test(
  'P17: a synchronous standby: while it is away commits wait and requests are refused in time; promoted, it has every 200. P16: an asynchronous one that was behind lacks some, which are named, and sending them again heals it',
  async ({ task }) => {
    const { db, services, faults } = stack();
    const first = await services.postgres.follow('nearby');
    await db.query("alter system set synchronous_standby_names = 'nearby'");
    await db.query('select pg_reload_conf()');
    const running = await load({ requests: 280 });
    await running.accepted(30);
    await first.server.kill();
    await sleep(awayMs);
    await first.server.start();
    const before = running.answers.length;
    await running.accepted(running.answers.filter(({ status }) => status === 200).length + 20);
    expect(running.answers.slice(0, before).some(({ status }) => status === 500 || status === 503)).toBe(true);
    await services.postgres.server.kill();
    await first.promote();
    services.moveTo(first.server);
    await running.finish();

    const second = await first.follow('distant');
    const ledger = await openLedger(stack(), `p16-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const requests = Array.from({ length: lostCount }, (_, n) =>
      eventRequest(tenant, `lost-${n}`, { type: 'lead.created', data: { leadId: `L-${n}`, source: 'web' } }, n),
    );
    await expect
      .poll(
        async () => (await db.query('select pg_current_wal_lsn() = replay_lsn as same from pg_stat_replication')).rows,
      )
      .toEqual([{ same: true }]);
    await second.leave();
    faults.push('the second standby is behind');
    for (const request of requests) expect(await ledger.send(request)).toMatchObject({ status: 200 });
    await first.server.kill();
    await second.promote();
    services.moveTo(second.server);
    primary = second;
    const sent = requests.map((request) => ({ tenantId: tenant, id: expectedId(request), answered: true }));
    const lost = async () => (await findLost(db, sent)).flatMap(({ id, violations }) => violations.map(() => id));
    await expect.poll(lost, { timeout: 10_000 }).toEqual(requests.map(() => 'E1'));
    await forget(tenant);
    for (const request of requests) expect(await ledger.send(request)).toMatchObject({ status: 200, isReplay: false });
    expect(await ledger.settle(task.name)).toMatchObject({ requests: lostCount, applied: lostCount });
  },
  testTimeoutMs,
);

test(
  'P18 P19: nobody takes a copy for the database, nor the old primary that is still there beside the promoted one: both refuse all, and each 200 is with the new one',
  async ({ task }) => {
    const { services, faults } = stack();
    const old = primary.server;
    const atOld = openAdmin(old.address, 1);
    onTestFinished(() => atOld.end());
    const copy = await primary.follow('copy');
    await atOld.query("alter system set synchronous_standby_names = 'copy'");
    await atOld.query('select pg_reload_conf()');
    const ledger = await openLedger(stack(), `p18-${Date.now()}`, 1);
    await sendUntil(ledger, 200);
    services.moveTo(copy.server);
    faults.push('the way leads to a copy');
    await sendUntil(ledger, 503);
    services.moveTo(old);
    await sendUntil(ledger, 200);

    // Nobody stops the old one, and whoever is connected to it stays so.
    await copy.promote();
    services.turnTo(copy.server);
    await sendUntil(ledger, 200);
    // A commit that waits for the copy sees only after it that nobody is there any more.
    const isIdle = "wait_event is distinct from 'SyncRep'";
    await expect.poll(() => sessionsAt(atOld, isIdle), { timeout: 20_000 }).toEqual([]);
    // From here on it would answer every commit by itself.
    await atOld.query("alter system set synchronous_standby_names = ''");
    await atOld.query('select pg_reload_conf()');
    await expect.poll(() => sessionsAt(atOld), { timeout: 20_000 }).toEqual([]);
    services.moveTo(old);
    faults.push('the way leads to the old primary');
    const before = await eventsAt(atOld);
    await sendUntil(ledger, 503);
    expect(await eventsAt(atOld)).toEqual(before);
    services.moveTo(copy.server);
    primary = copy;
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

let sends = 0;

/** Sends one event after the other until this is what comes back, five times in a row. */
async function sendUntil(ledger: Ledger, wanted: number) {
  const deadline = Date.now() + 30_000;
  for (let inRow = 0; inRow < 5;) {
    const lead = { type: 'lead.created', data: { leadId: `N-${sends}`, source: 'web' } } as const;
    const { status } = await ledger.send(eventRequest(ledger.tenants[0], `next-${sends++}`, lead, sends));
    inRow = status === wanted ? inRow + 1 : 0;
    if (Date.now() > deadline) throw new Error(`not answered ${wanted}, but ${status}`);
  }
}

async function sessionsAt(db: pg.Pool, where = 'true') {
  const { rows } = await db.query(
    `select application_name from pg_stat_activity where application_name ~ '^(gateway|worker)' and ${where}`,
  );
  return rows;
}

const eventsAt = async (db: pg.Pool) => (await db.query('select count(*) from event')).rows;

/** Redis as the runbook wants it behind a database that lost something: it knows no answer to what is there no more. */
async function forget(tenant: string) {
  const redis = new Redis(stack().services.redisUrl);
  await redis.del(...(await redis.keys(`{${tenant}}:*`)));
  redis.disconnect();
}
