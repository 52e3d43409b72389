import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { mayOrder } from '#domain/billing/order-rights';
import { staffCommandKinds } from '#domain/billing/staff-commands';
import { staffRoles } from '#domain/staff-rights';
import { createPool } from '#prisma/pool';
import { makeMember, makeSession } from '../../support/members.ts';
import { waitingForLock } from '../../support/waiting.ts';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;
let portal: pg.Pool;

beforeAll(async () => {
  site = await openCommandSite();
  portal = createPool({ url: site.url, role: 'portal', max: 2, applicationName: 'test' });
});
afterAll(async () => {
  await portal.end();
  await site.close();
});

const asStaff = 'select order_as_staff($1, $2, $3, $4, $5, $6) as stored';

/** What a member orders, by a session of theirs. */
async function order(
  session: string,
  told: { orgId: string; kind: string; body: object },
): Promise<string | undefined> {
  const id = randomUUID();
  const values = [session, told.orgId, id, told.kind, JSON.stringify(told.body), 'a test'];
  const { rows } = await portal.query<{ stored: boolean }>(asStaff, values);
  return rows[0]?.stored ? id : undefined;
}

let members = 0;

async function signIn() {
  const email = `member-${(members += 1)}@example.com`;
  const staffId = await makeMember(site.admin, email);
  return { email, staffId, session: await makeSession(site.admin, staffId) };
}

async function makeOrder() {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }]);
  const member = await signIn();
  const told = { orgId, kind: 'credit_note', body: { invoiceId, amountMinor: '100' } };
  const id = await order(member.session, told);
  if (id === undefined) throw new Error('not ordered');
  return { ...member, orgId, id };
}

const dueOf = (orgId: string) => site.read('select due_minor::int as due from invoice where org_id = $1', [orgId]);

test.each([
  ['is disabled', 'update staff_member set disabled_at = now() where id = $1', 'orderer_gone'],
  ['has lost the role', "update staff_member set roles = '{developer}' where id = $1", 'orderer_without_right'],
  ['has no role', "update staff_member set roles = '{}' where id = $1", 'orderer_without_right'],
])(
  'an order of a member who %s meanwhile changes nothing; its refusal is told and in the audit',
  async (_, change, code) => {
    const { orgId, id, staffId, email } = await makeOrder();
    await site.admin.query(change, [staffId]);
    expect(await site.execute(orgId, id)).toMatchObject({ status: 'refused', result: { refused: code } });
    expect(await dueOf(orgId)).toEqual([{ due: 1_000 }]);
    const entries = await site.read('select actor, outcome, detail from audit_log where subject = $1', [
      `command/${id}`,
    ]);
    expect(entries).toMatchObject([{ actor: email, outcome: 'rejected', detail: { refused: code } }]);
  },
);

test('an order of a member who is what they were is done, in their name, also after they signed out', async () => {
  const { orgId, id, session, email } = await makeOrder();
  await site.admin.query('update staff_session set revoked_at = now() where id = $1', [session]);
  expect(await site.execute(orgId, id)).toMatchObject({ status: 'done' });
  expect(await site.read('select actor, actor_type from staff_command where id = $1', [id])).toEqual([
    { actor: email, actor_type: 'staff' },
  ]);
});

test('who is disabled while their order is done waits for it: it is done before, or refused after', async () => {
  const { orgId, id, staffId } = await makeOrder();
  const other = await site.admin.connect();
  await other.query('begin');
  await other.query('update staff_member set disabled_at = now() where id = $1', [staffId]);
  const running = executeStaffCommand(site.worker, { orgId, id });
  await expect.poll(() => waitingForLock(site.admin, '%roles_of_orderer%')).toBe(1);
  await other.query('commit');
  other.release();
  expect(await running).toMatchObject({ status: 'refused' });
});

test('an operator on the server orders without being a member', async () => {
  const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }]);
  const id = randomUUID();
  const body = JSON.stringify({ invoiceId, amountMinor: '100' });
  await site.worker.query('select order_as_operator($1, $2, $3, $4, $5, $6)', [
    orgId,
    id,
    'credit_note',
    body,
    'ops',
    'x',
  ]);
  expect(await site.execute(orgId, id)).toMatchObject({ status: 'done' });
});

describe('nobody orders by a session', () => {
  const orderBy = async (session: string) => {
    const { orgId, invoiceId } = await site.makeInvoice([{ stream: 'usage', minor: 1_000 }]);
    return order(session, { orgId, kind: 'void', body: { invoiceId } });
  };

  test.each([
    ['that there is not', "select 1 where $1 = ''"],
    ['that is revoked', 'update staff_session set revoked_at = now() where id = $1'],
    [
      'of a member who is disabled',
      'update staff_member set disabled_at = now() where id = (select staff_id from staff_session where id = $1)',
    ],
    [
      'whose second step is still to come',
      "update staff_member set totp_secret_enc = 'x' where id = (select staff_id from staff_session where id = $1)",
    ],
  ])('%s', async (what, change) => {
    const { session } = await signIn();
    await site.admin.query(change, [session]);
    expect(await orderBy(what.startsWith('that there') ? randomUUID() : session)).toBeUndefined();
  });

  test.each([
    ['portal', "select order_as_operator('x', gen_random_uuid(), 'void', '{}', 'x', 'x')"],
    ['worker', "select order_as_staff(gen_random_uuid(), 'x', gen_random_uuid(), 'void', '{}', 'x')"],
  ] as const)('as somebody else: the %s may not: %s', async (role, sql) => {
    await expect((role === 'portal' ? portal : site.worker).query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

test('who may order what, written out, so that a change of the tables is seen', () => {
  const may = staffCommandKinds.map((kind) => [
    kind,
    staffRoles.filter((role) => mayOrder([role], kind, {})).join(' '),
  ]);
  expect(Object.fromEntries(may)).toEqual({
    add_leads: 'provider accountant',
    move_leads: 'provider',
    price_lead: 'provider accountant',
    credit_note: 'provider accountant',
    refund: 'provider accountant',
    take_back_refunds: 'provider accountant',
    void: 'provider accountant',
    write_off: 'provider accountant',
    correct_usage: 'provider',
    correct_credits: 'provider accountant',
    pay_out_credit: 'provider accountant',
    set_payment_method: 'provider accountant',
    retry_payment: 'provider accountant',
    pause_dunning: 'provider accountant',
    resume_dunning: 'provider accountant',
    send_notice: 'provider accountant',
    mark_uncollectible: 'provider accountant',
    unpark: 'provider accountant',
    change_plan: 'provider',
    cancel_subscription: 'provider',
    reactivate_subscription: 'provider',
    refund_addon: 'provider accountant',
    rerate: 'provider',
    exclude_usage: 'provider',
    include_usage: 'provider',
    acknowledge_incident: 'provider developer',
    withdraw_acknowledgement: 'provider developer',
    assign_incident: 'provider developer',
    escalate_incident: 'provider developer',
    resolve_incident: 'provider developer',
    raise_ai_limit: 'provider',
  });
});
