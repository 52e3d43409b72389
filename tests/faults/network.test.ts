import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { migrate } from '#prisma/migrate';
import { migrationsFolder } from '#prisma/migrations-folder';
import { p99 } from './harness/load.ts';
import { useNetworkedServices } from './harness/use-stack.ts';

const { stack, load } = useNetworkedServices('embedded');
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
  'P20 V3 V4: what a later release adds comes under load and behind a long reader; this release goes on and starts anew on it; it goes again; no commit fails for it, and no answer is an error',
  async () => {
    const { db, gateway, worker, services } = stack();
    const folder = join(services.folder, 'migrations');
    const running = await load();
    await running.accepted(20);
    const before = gateway.grep(uncommitted);
    const reader = await db.connect();
    await reader.query('begin; set local idle_in_transaction_session_timeout = 0; select from event limit 1');
    await laterRelease(folder, '9998_expand', expand);
    const expanding = migrate(services.adminUrl, folder);
    await sleep(heldMs);
    expect(await columnsOfLater()).toBe(0);
    await reader.query('rollback');
    reader.release();
    expect(await expanding).toEqual(['9998_expand']);
    expect(await columnsOfLater()).toBe(2);
    const deploying = [gateway, worker].map(async (one) => {
      expect(await one.terminate()).toBe('exit code 0');
      await one.start();
    });
    await Promise.all(deploying);
    await running.finish();
    const later = await load({ requests: 100 });
    await later.accepted(20);
    await laterRelease(folder, '9999_contract', contract);
    expect(await migrate(services.adminUrl, folder)).toEqual(['9999_contract']);
    await rm(folder, { recursive: true });
    await later.finish();
    expect(gateway.grep(uncommitted)).toBe(before);
    const answers = [...running.answers, ...later.answers];
    // A busy machine may make it shed some, which nothing is lost by.
    expect(answers.filter(({ status = 0 }) => status >= 500 && status !== 503)).toEqual([]);
    console.info(`  answers p99 ${p99(answers)} ms`);
  },
  testTimeoutMs,
);

async function columnsOfLater() {
  const { rowCount } = await stack().db.query("select from information_schema.columns where column_name = 'of_later'");
  return rowCount;
}
