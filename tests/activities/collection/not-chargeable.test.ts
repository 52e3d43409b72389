import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { beginRetryByHand } from '#activities/collection/retry-by-hand';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { inTenants } from '#prisma/pool';
import { makeMember } from '#tests/support/members';
import { start, useStripe } from './stripe-site.ts';
import { caseOf, invoiceOf, makeInvoice, makePayer, paymentsOf } from './world.ts';

const site = useStripe();

const waitOf = async (id: string) =>
  (await site.world.admin.query('select reason from collection_wait where invoice_id = $1', [id])).rows;

const retryByHand = (orgId: string, invoiceId: string) =>
  inTenants(site.world.worker, [orgId], (client) =>
    beginRetryByHand(client, { orgId, invoiceId }, start, { actorType: 'staff', actor: 'ann' }),
  );

async function credit(orgId: string, invoiceId: string, amountMinor: string) {
  const { admin, worker } = site.world;
  const id = randomUUID();
  await makeMember(admin, 'ada');
  await admin.query(
    "insert into staff_command (org_id, id, kind, body, actor, reason) values ($1, $2, 'credit_note', $3, 'ada', 'a test')",
    [orgId, id, JSON.stringify({ invoiceId, amountMinor })],
  );
  expect(await executeStaffCommand(worker, { orgId, id })).toMatchObject({ status: 'done' });
}

test('what Stripe cannot take to the unit is asked for by nobody and told no customer; it waits, and is collected once it can be', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card', 5_123n, 'KWD');
  for (const hour of [0, 1, 24, 48]) await site.tick(hour);
  expect(site.stripe.asked).toEqual([]);
  expect([await paymentsOf(site.world, id), await caseOf(site.world, id)]).toEqual([[], undefined]);
  expect(await waitOf(id)).toEqual([{ reason: 'amount_not_chargeable' }]);
  expect(await retryByHand(orgId, id)).toEqual({ refused: 'amount_not_chargeable' });
  expect(site.world.notices).toEqual([]);
  await credit(orgId, id, '3');
  await site.tick(49);
  expect(await taken()).toEqual([5_120n]);
  expect(await waitOf(id)).toEqual([]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 5_120, due: 0 });
});

test('an amount that Stripe refuses as too small is no decline: asked for once, no case, no notice, and listed', async () => {
  const { orgId, id, taken } = await site.makeDue('pm_card', 33n);
  for (const hour of [0, 1, 24, 48]) await site.tick(hour);
  expect(site.stripe.asked).toEqual([`pay:${id}:1`]);
  expect(await paymentsOf(site.world, id)).toMatchObject([{ status: 'failed', code: 'amount_not_chargeable' }]);
  expect(await caseOf(site.world, id)).toBeUndefined();
  expect(await waitOf(id)).toEqual([{ reason: 'amount_not_chargeable' }]);
  expect(await retryByHand(orgId, id)).toEqual({ refused: 'amount_not_chargeable' });
  expect(site.world.notices).toEqual([]);
  await credit(orgId, id, '33');
  await site.tick(72);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 0, due: 0 });
  expect(await taken()).toEqual([]);
});

test('a method of a provider that is not set up begins no attempt that nobody could settle: the invoice waits as one without, and is collected once there is one', async () => {
  const { admin } = site.world;
  const orgId = await makePayer(site.world, 'pm_ok', { provider: 'sandbox' });
  const id = await makeInvoice(site.world, orgId);
  for (const hour of [0, 1, 24]) await site.tick(hour);
  expect(await paymentsOf(site.world, id)).toEqual([]);
  expect(await waitOf(id)).toEqual([{ reason: 'no_method' }]);
  await admin.query(`update org_billing set payment_provider = 'stripe', payment_token = 'pm_card' where org_id = $1`, [
    orgId,
  ]);
  await site.tick(25);
  expect(await waitOf(id)).toEqual([]);
  expect(await invoiceOf(site.world, id)).toMatchObject({ status: 'paid', paid: 10_000 });
});
