import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openProxy } from '#tests/gateway/harness/proxy';
import { migrate } from '#prisma/migrate';
import { migrationsFolder } from '#prisma/migrations-folder';
import { waitingFor } from './harness/hold-table.ts';
import { p99 } from './harness/load.ts';
import { patient, useNetworkedServices } from './harness/use-stack.ts';

const { stack, load } = useNetworkedServices('embedded', {
  // As behind a balancer: who is told to stop serves on until everybody has gone over.
  BALANCER_INTERVAL_MS: '1500',
  ...patient,
});
const testTimeoutMs = 150_000;
const isLong = process.env['LONG'] !== undefined;
const brokenMs = isLong ? 30_000 : 3_000;
const requests = isLong ? 1_400 : 180;

test.each([
  ['P8', 'postgres', 'what it committed is found again, and no 503 says otherwise', 0.1],
  ['tR1', 'redis', 'a repeat of what it let through is not taken for a replay for ever', 0.1],
  ['T5', 'temporal', 'a run that was started after all is as good as one', 0.3],
] as const)(
  '%s: %s does what it is asked and its reply is lost; %s',
  async (_id, service, _what, share) => {
    const { services, faults } = stack();
    const proxy = services.network[service];
    const running = await load({ requests });
    await running.accepted(20);
    const lostBefore = proxy.lost();
    proxy.loseReplies(share);
    await sleep(brokenMs);
    proxy.heal();
    faults.push(`${proxy.lost() - lostBefore} replies of ${service} lost`);
    expect(proxy.lost()).toBeGreaterThan(lostBefore);
    await running.finish();
  },
  testTimeoutMs,
);

const heldMs = 1_500;
const lookAgainMs = 10;
const seenWithinMs = 20_000;
const uncommitted = /a batch was not committed/;
// Where the gateway and where the worker write, in ways that a release before knows nothing of.
const expand = `alter table event add column of_later text not null default 'none';
  alter table activity add column of_later jsonb;
  create table of_later (name text primary key);`;
const contract = `alter table event drop column of_later; alter table activity drop column of_later; drop table of_later;`;

/** The migrations of this release and one of a later one. */
async function laterRelease(folder: string, name: string, sql: string) {
  await cp(migrationsFolder, folder, { recursive: true });
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

test(
  'P20 V3 V4: what a later release adds comes under load and behind a long reader, for which nobody waits for as long as a second; gateways change one after the other and the worker starts anew on it; it goes again; no commit fails for it, and no answer is an error',
  async () => {
    const { db, gateway, worker, services, another } = stack();
    const folder = join(services.folder, 'migrations');
    const way = await openProxy(gateway.address);
    onTestFinished(() => way.close());
    const usual = await load({ requests: 60, to: way.url });
    await usual.finish();
    const before = gateway.grep(uncommitted);
    const reader = await db.connect();
    await reader.query('begin; set local idle_in_transaction_session_timeout = 0; select from event limit 1');
    await laterRelease(folder, '9998_expand', expand);
    const expanding = migrate(services.adminUrl, folder);
    // It comes again and again, as long as the reader is there.
    await expect.poll(() => waitingFor(db, 'event')).toBeGreaterThan(0);
    const expanded = await load({ requests: 160, to: way.url });
    await expanded.accepted(20);
    const waitedMs = await longestWaitForTable(heldMs);
    expect(await columnsOfLater()).toBe(0);
    await reader.query('rollback');
    reader.release();
    expect(await expanding).toEqual(['9998_expand']);
    expect(await columnsOfLater()).toBe(2);
    expect(waitedMs).toBeGreaterThan(0);
    expect(waitedMs).toBeLessThan(1_000);
    await expanded.finish();
    const next = await another('gateway');
    onTestFinished(() => next.stop());
    await next.start();
    const changed = await load({ requests: 200, to: way.url });
    await changed.accepted(20);
    way.lead(next.address);
    const ended = Promise.all([gateway.terminate(), worker.terminate()]);
    // Those who were connected go over to the next.
    await changed.accepted(60);
    expect(await ended).toEqual(['exit code 0', 'exit code 0']);
    await worker.start();
    await changed.finish();
    const later = await load({ requests: 100, to: way.url });
    await later.accepted(20);
    await laterRelease(folder, '9999_contract', contract);
    expect(await migrate(services.adminUrl, folder)).toEqual(['9999_contract']);
    await rm(folder, { recursive: true });
    await later.finish();
    expect(gateway.grep(uncommitted)).toBe(before);
    const answers = [expanded, changed, later].flatMap((one) => one.answers);
    expect(answers.filter(({ status }) => status === undefined || status >= 500)).toEqual([]);
    console.info(`  answers p99 ${p99(answers)} ms, and ${p99(usual.answers)} ms before; ${waitedMs} ms for a table`);
  },
  testTimeoutMs,
);

/** What who accepts waited for a table, from the first time that it is seen to, and for so long. */
async function longestWaitForTable(forMs: number): Promise<number> {
  let until = Date.now() + seenWithinMs;
  let longest = 0;
  while (Date.now() < until) {
    const { rows } = await stack().db.query<{ ms: number | null }>(
      `select max(extract(epoch from clock_timestamp() - l.waitstart) * 1000)::int as ms from pg_locks l join pg_stat_activity a using (pid)
       where not l.granted and l.locktype = 'relation' and a.datname = current_database() and a.application_name = 'gateway-accept'`,
    );
    const waitedMs = rows[0]?.ms ?? 0;
    if (waitedMs > 0 && longest === 0) until = Date.now() + forMs;
    longest = Math.max(longest, waitedMs);
    await sleep(lookAgainMs);
  }
  return longest;
}

async function columnsOfLater() {
  const { rowCount } = await stack().db.query("select from information_schema.columns where column_name = 'of_later'");
  return rowCount;
}
