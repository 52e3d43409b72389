import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { signal } from '#deploy/services/process';
import { canLimitDisk, limitDisk } from './harness/limit-disk.ts';
import { p99 } from './harness/load.ts';
import { useOwnServices } from './harness/use-stack.ts';

const { stack, load, loadAround } = useOwnServices('embedded');
const testTimeoutMs = 150_000;
const awayMs = 1_500;
const hangingMs = process.env['LONG'] ? 15_000 : 4_000;
const resets = 60;
const resetEveryMs = 50;

// Everybody's but our own.
const others = `pid <> pg_backend_pid() and datname = current_database() and backend_type = 'client backend'
  and usename = current_user and application_name not in ('', 'faults-keys')`;

test(
  'P1: Postgres killed outright under load; accepting goes on when it is back, and every 200 is still there',
  async () => {
    const { postgres } = stack().services;
    const running = await load();
    await running.accepted(40);
    await postgres.kill();
    await sleep(awayMs);
    await postgres.start();
    await running.finish();
  },
  testTimeoutMs,
);

test(
  'P2: one backend killed, so that Postgres resets all connections; what was under way is run again',
  async () => {
    const { db, faults } = stack();
    const running = await load();
    await running.accepted(40);
    const { rows } = await db.query<{ pid: number }>(`select pid from pg_stat_activity where ${others} limit 1`);
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('nobody is connected');
    faults.push('kill -9 a backend of postgres');
    process.kill(pid, 'SIGKILL');
    await running.finish();
  },
  testTimeoutMs,
);

test(
  'P3: Postgres restarted under load; accepting goes on, and every 200 is still there',
  async () => {
    const { postgres } = stack().services;
    const running = await load();
    await running.accepted(40);
    // SIGINT: sessions are ended where they stand.
    await postgres.stop();
    await postgres.start();
    await running.finish();
  },
  testTimeoutMs,
);

test(
  'P4: Postgres hangs, with all its sessions; requests are refused in time, and nothing of them is lost or doubled',
  async () => {
    const { db, services, faults } = stack();
    const running = await loadAround(hangingMs);
    await running.accepted(40);
    const { rows } = await db.query<{ pid: number }>(`select pid from pg_stat_activity where ${others}`);
    faults.push('kill -STOP all backends of postgres');
    services.postgres.pause();
    for (const { pid } of rows) signal(pid, 'SIGSTOP');
    await sleep(hangingMs);
    for (const { pid } of rows) signal(pid, 'SIGCONT');
    services.postgres.resume();
    await running.finish();
    expect(running.answers.filter(({ status }) => status === undefined)).toEqual([]);
  },
  testTimeoutMs,
);

test(
  'P7: every connection reset twenty times a second, in the middle of statements and of commits',
  async () => {
    const { db, faults } = stack();
    const running = await load();
    await running.accepted(30);
    faults.push(`pg_terminate_backend of all sessions, ${resets} times`);
    let ended = 0;
    for (let reset = 0; reset < resets; reset++) {
      const { rowCount } = await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`);
      ended += rowCount ?? 0;
      await sleep(resetEveryMs);
    }
    expect(ended).toBeGreaterThan(resets);
    await running.finish();
  },
  testTimeoutMs,
);

test.skipIf(!canLimitDisk)(
  'P15: a disk that writes a megabyte a second; answers come later, what would wait for more than a second is refused, and nothing is lost',
  async () => {
    const { db, services, faults } = stack();
    const running = await load({ requests: 240 });
    await running.accepted(40);
    const usual = [...running.answers];
    await setFsync('on');
    const endLimit = await limitDisk(services.postgres.pid(), 1_000_000);
    faults.push('the disk of postgres writes 1 MB/s');
    // More than it can write while the load goes on: who commits waits for what others wrote before.
    const filling = db.query('create table filler as select repeat(md5(n::text), 4) from generate_series(1, 30000) n');
    await running.sent(235);
    await endLimit();
    await filling;
    await db.query('drop table filler');
    await setFsync('off');
    await running.finish();
    const meanwhile = running.answers.slice(usual.length);
    expect(p99(meanwhile)).toBeGreaterThan(p99(usual));
    expect(meanwhile.some(({ status }) => status === 503)).toBe(true);
  },
  testTimeoutMs,
);

async function setFsync(value: 'on' | 'off') {
  await stack().db.query(`alter system set fsync = ${value}`);
  await stack().db.query('select pg_reload_conf()');
}

test(
  'P9: every connection of Postgres taken by others; requests are refused in time, and all goes on when they are given back',
  async () => {
    const { services, faults } = stack();
    const running = await load();
    await running.accepted(30);
    faults.push('all connections of postgres taken');
    const takers: pg.Client[] = [];
    const takeAll = async () => {
      for (;;) {
        const taker = new pg.Client({ connectionString: services.adminUrl, application_name: 'faults-keys' });
        // It is ended with the others by the server's stop, where this test breaks off.
        taker.on('error', () => undefined);
        try {
          await taker.connect();
        } catch {
          return;
        }
        takers.push(taker);
      }
    };
    await takeAll();
    await takers[0]?.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`);
    await takeAll();
    await sleep(awayMs);
    expect(services.postgres.grep(/too many clients|remaining connection slots/)).not.toBe('');
    await Promise.all(takers.map((taker) => taker.end()));
    await running.finish();
    expect(running.answers.filter(({ status }) => status === undefined)).toEqual([]);
  },
  testTimeoutMs,
);
