import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { migrate } from '#prisma/migrate';
import { migrationsFolder } from '#prisma/migrations-folder';
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

const heldMs = 2_500;
const uncommitted = /a batch was not committed/;

/** The migrations of this release and one of a later one. */
async function laterRelease(folder: string, name: string, sql: string) {
  await cp(migrationsFolder, folder, { recursive: true });
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

test(
  'P20 V3 V4: a column of a later release comes and goes under load, behind a long reader, and no commit fails for it',
  async () => {
    const { db, gateway, services } = stack();
    const folder = join(services.folder, 'migrations');
    const running = await load();
    await running.accepted(20);
    const before = gateway.grep(uncommitted);
    const reader = await db.connect();
    await reader.query('begin; set local idle_in_transaction_session_timeout = 0; select from event limit 1');
    await laterRelease(folder, '9998_expand', 'alter table event add column of_later text');
    const expanding = migrate(services.adminUrl, folder);
    await sleep(heldMs);
    expect(await columnsOfLater()).toBe(0);
    await reader.query('rollback');
    reader.release();
    expect(await expanding).toEqual(['9998_expand']);
    expect(await columnsOfLater()).toBe(1);
    await laterRelease(folder, '9999_contract', 'alter table event drop column of_later');
    expect(await migrate(services.adminUrl, folder)).toEqual(['9999_contract']);
    await rm(folder, { recursive: true });
    await running.finish();
    expect(gateway.grep(uncommitted)).toBe(before);
  },
  testTimeoutMs,
);

async function columnsOfLater() {
  const { rowCount } = await stack().db.query("select from information_schema.columns where column_name = 'of_later'");
  return rowCount;
}
