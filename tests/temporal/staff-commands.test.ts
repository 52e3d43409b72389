import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsPhase } from '#activities/commands/commands-phase';
import { createCommandActivities } from '#activities/commands/create-command-activities';
import { closingPhase } from '#activities/closing/closing-phase';
import type { CollectionResources } from '#activities/collection/resources';
import { awaitCommand, orderStaffCommand } from '#temporal/staff-commands';
import { makeDraft, slotOn } from '#tests/activities/closing/drafts';
import { makeOrg } from '../support/events.ts';
import { runCommand } from '../support/run-command.ts';
import { createJobSite, type JobSite } from './job-site.ts';

let site: JobSite;

beforeAll(async () => {
  site = await createJobSite();
  const resources: CollectionResources = { db: site.pools.jobs, providers: new Map(), notify: [], now: Date.now };
  await site.work({ dunning: [commandsPhase(resources)] }, createCommandActivities(resources));
}, 60_000);

afterAll(() => site.close());

async function makeInvoice() {
  const orgId = await makeOrg(site.admin);
  const invoiceId = await makeDraft(site.admin, orgId, {
    start: '2026-10-01T00:00:00Z',
    end: '2026-11-01T00:00:00Z',
    lines: [{ stream: 'usage', minor: 1_000 }],
  });
  await closingPhase(site.pools.jobs).apply([orgId], slotOn('2026-11-02'));
  return { orgId, invoiceId };
}

const who = { by: { operator: 'lovelace' }, reason: 'CANARY-REASON' } as const;

async function dueOf(orgId: string) {
  const { rows } = await site.admin.query<{ due: number }>(
    'select due_minor::int as due from invoice where org_id = $1',
    [orgId],
  );
  return rows[0]?.due;
}

test('what staff order runs once by its id, and nothing of what it says is in Temporal', async () => {
  const { orgId, invoiceId } = await makeInvoice();
  const order = {
    ...who,
    orgId,
    kind: 'credit_note',
    body: { invoiceId, amountMinor: '432' },
    id: randomUUID(),
  } as const;
  const [first, second] = await Promise.all([
    orderStaffCommand(site, site.pools.jobs, order),
    orderStaffCommand(site, site.pools.jobs, order),
  ]);
  expect([first.isStarted, second.isStarted]).toEqual([true, true]);
  expect(await awaitCommand(site.pools.jobs, first, 20_000)).toMatchObject({
    status: 'done',
    result: { dueMinor: '568' },
  });
  expect(await dueOf(orgId)).toBe(568);
  const handle = site.client.workflow.getHandle(`command:${orgId}:${first.id}`);
  expect(await handle.result()).toBe('done');
  const history = JSON.stringify(await handle.fetchHistory());
  const payloads = [...history.matchAll(/"data":"([^"]*)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64').toString(),
  );
  expect(payloads.join(' ')).toContain(first.id);
  for (const secret of [who.reason, 'amountMinor', invoiceId, who.by.operator])
    expect(`${history} ${payloads.join(' ')}`).not.toContain(secret);
});

test('a command given while the engine is away is stored, and the next tick does it', async () => {
  const { orgId, invoiceId } = await makeInvoice();
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const away = { client: new Client({ connection }), taskQueue: site.taskQueue };
  const ordered = await orderStaffCommand(away, site.pools.jobs, { ...who, orgId, kind: 'void', body: { invoiceId } });
  expect(ordered.isStarted).toBe(false);
  expect(await awaitCommand(site.pools.jobs, ordered, 0)).toMatchObject({ status: 'pending' });
  await site.admin.query("update staff_command set created_at = created_at - interval '1 minute' where id = $1", [
    ordered.id,
  ]);
  expect(await site.run('dunning', '2026-11-24T10')).toMatchObject({
    outcome: 'done',
    slots: [{ counts: { commands: 1 } }],
  });
  expect(await awaitCommand(site.pools.jobs, ordered, 0)).toMatchObject({ status: 'done' });
  await connection.close();
});

test('the command line orders, tells what was refused by its code, and reads an invoice back', async () => {
  const { orgId, invoiceId } = await makeInvoice();
  const env = {
    DATABASE_URL: site.databaseUrl,
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
  };
  const books = async (...args: string[]) => runCommand('temporal/books-cli.ts', args, env);
  const order = ['--org', orgId, '--invoice', invoiceId, '--reason', 'asked'];
  const made = await books('credit-note', ...order, '--minor', '100');
  expect(made.code, made.stderr).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({ status: 'done', result: { amountMinor: '100' } });
  const refused = await books('refund', ...order, '--minor', '100');
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ status: 'refused', result: { refused: 'refund_exceeds_paid' } });
  expect(await books('credit-note', ...order)).toMatchObject({
    code: 2,
    stderr: 'books: missing or malformed: --minor\n',
  });
  const read = await books('invoice', invoiceId);
  expect(read.stdout).toContain('credited 1.00 EUR, due 9.00 EUR');
  const unknown = { code: 2, stdout: '', stderr: 'books: no org nobody\n' };
  for (const verb of ['reconcile', 'match', 'unbilled', 'credit'])
    expect(await books(verb, '--org', 'nobody')).toEqual(unknown);
  expect(await books('void', ...order, '--org', 'nobody')).toEqual(unknown);
  expect(await books('reconcile', '--month', '2026-1')).toMatchObject({
    code: 2,
    stderr: 'books: a month is said as 2026-10\n',
  });
  // Its line bills nothing that there is.
  expect(await books('reconcile', '--org', orgId)).toMatchObject({ code: 1 });
}, 120_000);
