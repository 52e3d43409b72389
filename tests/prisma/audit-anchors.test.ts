import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anchorsPhase } from '#activities/jobs/anchors/anchors-phase';
import { createPool, inTenants } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { makeOrg } from '../support/events.ts';
import { runCommand } from '../support/run-command.ts';

let database: TestDatabase;
let admin: pg.Pool;
let worker: pg.Pool;
let verifier: pg.Pool;
let folder: string;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 2);
  worker = createPool({ url: database.url, role: 'worker', max: 1, applicationName: 'test' });
  verifier = createPool({ url: database.url, role: 'verifier', max: 1, applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'anchors-'));
});

afterAll(async () => {
  await Promise.all([admin.end(), worker.end(), verifier.end()]);
  await database.drop();
  await rm(folder, { recursive: true });
});

async function note(org: string, text: string) {
  const entry = {
    org_id: org,
    actor_type: 'staff',
    actor: 'Ada',
    action: 'staff.note',
    subject: 'org',
    detail: { text },
  };
  await inTenants(worker, [org], (client) => client.query('select append_audit($1)', [JSON.stringify([entry])]));
}

async function verify(...args: string[]) {
  const command = await runCommand('prisma/audit-cli.ts', ['verify', ...args], { DATABASE_URL: database.url });
  return { code: command.code, said: command.stdout === '' ? command.stderr : JSON.parse(command.stdout) };
}

test('control 82: heads are written once per slot, and a chain that was rewritten consistently differs from them', async () => {
  const org = await makeOrg(admin);
  for (const text of ['first', 'second', 'third']) await note(org, text);
  const phase = anchorsPhase(verifier, folder);
  const slot = { slot: '2026-11-24T19', at: Date.UTC(2026, 10, 24, 19), isForced: false };
  expect(await phase.due(slot, undefined)).toEqual(['heads']);
  expect(await phase.apply(['heads'], slot)).toEqual({ anchored: 1 });
  await note(org, 'fourth');
  expect(await phase.apply(['heads'], slot)).toEqual({ anchored: 0 });
  expect(await readdir(folder)).toEqual(['2026-11-24T19.jsonl']);
  expect(await verify('--anchors', folder)).toMatchObject({ code: 0, said: { isWhole: true } });

  await rewriteChain(org, 2, '{"text":"never said"}');
  expect(await verify()).toMatchObject({ code: 0, said: { isWhole: true } });
  expect(await verify('--anchors', folder)).toEqual({
    code: 1,
    said: { isWhole: false, problems: [{ orgId: org, seq: '3', problem: 'not what was anchored' }] },
  });

  await admin.query(
    'set session_replication_role = replica; delete from audit_log where seq = 4; set session_replication_role = origin',
  );
  expect(await verify()).toMatchObject({ code: 1, said: { isWhole: false } });
});

test('without a folder nothing is anchored, and a folder that is not there is an error', async () => {
  const slot = { slot: '2026-11-24T20', at: Date.UTC(2026, 10, 24, 20), isForced: false };
  expect(await anchorsPhase(verifier, undefined).due(slot, undefined)).toEqual([]);
  expect(await verify('--anchors', join(folder, 'none'))).toMatchObject({ code: 2 });
});

/** What only a superuser can: another detail, and all hashes from there on and the head made to fit it. */
async function rewriteChain(org: string, from: number, detail: string) {
  const client = await admin.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    await client.query('update audit_log set detail = $3 where org_id = $1 and seq = $2', [org, from, detail]);
    const { rows } = await client.query<{ seq: string }>(
      'select seq from audit_log where org_id = $1 and seq >= $2 order by seq',
      [org, from],
    );
    for (const { seq } of rows)
      await client.query(
        `update audit_log l set prev_hash = p.hash, hash = audit_hash(p.hash, l.org_id, l.seq, l.at, l.actor_type, l.actor, l.action, l.subject,
           l.event_id, l.verdict, l.outcome, l.detail)
         from audit_log p where l.org_id = $1 and l.seq = $2 and p.org_id = l.org_id and p.seq = l.seq - 1`,
        [org, seq],
      );
    await client.query(
      'update audit_head h set hash = l.hash from audit_log l where h.org_id = $1 and l.org_id = $1 and l.seq = h.seq',
      [org],
    );
    await client.query('commit');
  } finally {
    client.release();
  }
}
