import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import type { Providers } from '#payments/provider';
import { createSandboxProvider } from '#payments/sandbox/client';
import { holdTable } from '#tests/faults/harness/hold-table';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { makeMember } from '#tests/support/members';
import { kill, openGate, startWork, type Gate } from './killing.ts';
import {
  auditOf,
  createWorld,
  expectBooksHold,
  invoiceOf,
  makeInvoice,
  makePayer,
  takenFor,
  type World,
} from './world.ts';

let sandbox: SandboxProcess;
let gate: Gate;
let providers: Providers;
let world: World;

// What one test charged is none of the next one's books.
beforeEach(async () => {
  sandbox = await startSandbox();
  gate = await openGate(sandbox.url);
  providers = new Map([['sandbox', createSandboxProvider({ url: sandbox.url, timeoutMs: 2_000 })]]);
  world = await createWorld(providers);
  await makeMember(world.admin, 'ada');
});
afterEach(async () => {
  await expectBooksHold(world);
  await world.close();
  await gate.close();
  await sandbox.stop();
});

async function order(orgId: string, kind: string, body: object) {
  const id = randomUUID();
  await world.admin.query(
    "insert into staff_command (org_id, id, kind, body, actor, reason) values ($1, $2, $3, $4, 'ada', 'asked')",
    [orgId, id, kind, JSON.stringify(body)],
  );
  return { orgId, id };
}

type Order = Awaited<ReturnType<typeof order>>;

/** What the engine does with a run whose worker is gone: its activities once more. */
async function runAgain(name: Order) {
  const { mustSettle } = await executeStaffCommand(world.worker, name);
  if (mustSettle) await settleStaffCommand(world.resources, name);
}

async function killWhile(name: Order, isUnderWay: () => Promise<unknown>) {
  const child = await startWork(world.url, gate.url, 'command', name.orgId, name.id);
  await isUnderWay();
  await kill(child);
  gate.hold = 'nothing';
}

async function standingOf({ id }: Order) {
  const { rows } = await world.admin.query<{ status: string; entries: number }>(
    `select status, (select count(*)::int from audit_log where subject = 'command/' || c.id) as entries from staff_command c where id = $1`,
    [id],
  );
  return rows[0];
}

async function refundsOf(invoiceId: string) {
  const { rows } = await world.admin.query<{ status: string; minor: number }>(
    'select status, amount_minor::int as minor from refund where invoice_id = $1',
    [invoiceId],
  );
  return rows;
}

async function refundedAtProvider(invoiceId: string) {
  let refunded = 0n;
  for await (const page of providers.get('sandbox')?.chargesSince(0) ?? [])
    for (const charge of page) if (charge.chargedFor?.invoiceId === invoiceId) refunded += charge.refundedMinor;
  return refunded;
}

const chargesFor = (invoiceId: string) => takenFor(providers, 'sandbox', invoiceId);

test('an order that is killed before its commit did nothing; run again, it is done once', async () => {
  const orgId = await makePayer(world, 'pm_ok');
  const invoiceId = await makeInvoice(world, orgId);
  const name = await order(orgId, 'credit_note', { invoiceId, amountMinor: '2500' });
  const held = await holdTable(world.admin, 'billing_ledger');
  await killWhile(name, () => held.wanted());
  await held.release();
  expect(await invoiceOf(world, invoiceId)).toMatchObject({ due: 10_000 });
  await expect.poll(() => standingOf(name)).toEqual({ status: 'pending', entries: 0 });
  await runAgain(name);
  await runAgain(name);
  expect(await invoiceOf(world, invoiceId)).toMatchObject({ due: 7_500 });
  expect(await standingOf(name)).toEqual({ status: 'done', entries: 1 });
});

test.each(['request', 'answer'] as const)(
  'a refund that is killed while its %s is on its way gives the money back once',
  async (hold) => {
    const orgId = await makePayer(world, 'pm_ok');
    const invoiceId = await makeInvoice(world, orgId);
    await world.tick('2026-11-02T10');
    const name = await order(orgId, 'refund', { invoiceId, amountMinor: '4000' });
    gate.hold = hold;
    await killWhile(name, () => gate.held());
    expect(await refundsOf(invoiceId)).toEqual([{ status: 'pending', minor: 4_000 }]);
    await runAgain(name);
    await runAgain(name);
    expect(await refundsOf(invoiceId)).toEqual([{ status: 'succeeded', minor: 4_000 }]);
    expect(await refundedAtProvider(invoiceId)).toBe(4_000n);
    expect((await auditOf(world, invoiceId)).filter((action) => action.startsWith('refund.'))).toEqual([
      'refund.ordered',
      'refund.made',
    ]);
    expect(await standingOf(name)).toEqual({ status: 'done', entries: 1 });
  },
);

test.each([
  ['4 minutes later', '2026-11-02T10:09:00Z', 10_000, { status: 'paid', paid: 0, due: 0, overpaid: 10_000 }],
  ['an hour later', '2026-11-02T11', 10_000, { status: 'paid', paid: 0, due: 0, overpaid: 10_000 }],
  ['an hour later', '2026-11-02T11', 4_000, { status: 'paid', paid: 6_000, due: 0, overpaid: 4_000 }],
])(
  'a charge that is on its way while its invoice is credited, and asked about %s, is booked: what is over is credit of its org',
  async (_, askedAt, creditMinor, expected) => {
    const orgId = await makePayer(world, 'pm_ok');
    const invoiceId = await makeInvoice(world, orgId);
    gate.hold = 'request';
    const child = await startWork(world.url, gate.url, 'tick', '2026-11-02T10');
    const exited = once(child, 'exit');
    await gate.held();
    await runAgain(await order(orgId, 'credit_note', { invoiceId, amountMinor: String(creditMinor) }));
    await world.tick(askedAt, ['asking', 'collection']);
    expect(await chargesFor(invoiceId)).toEqual([]);
    gate.release();
    await exited;
    expect(await invoiceOf(world, invoiceId)).toEqual(expected);
    await world.tick('2026-11-03T12');
    expect(await invoiceOf(world, invoiceId)).toEqual(expected);
    expect(await chargesFor(invoiceId)).toEqual([10_000n]);
    expect(await auditOf(world, invoiceId)).not.toContain('dunning.opened');
    const { rows } = await world.admin.query(
      "select -sum(amount_minor)::int as minor from billing_ledger where org_id = $1 and account = 'credit'",
      [orgId],
    );
    expect(rows).toEqual([{ minor: expected.overpaid }]);
  },
);
