import { expect, test } from 'vitest';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { outcomeOf, storeOrder } from './orders.ts';
import { day, useSandbox } from './sandbox-site.ts';
import { brokenBy, invoiceOf, makeInvoice, makePayer } from './world.ts';

const site = useSandbox();

test('what the sandbox took a second time goes back through it once, and the books are what it has', async () => {
  const { world } = site;
  const sandbox = world.resources.providers.get('sandbox');
  const orgId = await makePayer(world, 'pm_ok');
  const id = await makeInvoice(world, orgId);
  await world.tick(day(0));
  await sandbox?.charge({
    key: `pay:${id}:again`,
    token: 'pm_ok',
    amountMinor: 10_000n,
    currency: 'EUR',
    orgId,
    invoiceId: id,
  });
  await world.tick(day(1));
  expect(await invoiceOf(world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 10_000 });
  const name = await storeOrder(world.admin, orgId, 'refund', {
    invoiceId: id,
    amountMinor: '10000',
    ofOverpaid: true,
  });
  await executeStaffCommand(world.worker, name);
  for (let n = 0; n < 2; n += 1) await settleStaffCommand(world.resources, name);
  expect(await outcomeOf(world.admin, name)).toBe('done');
  await world.tick(day(2));
  const refunded = [];
  for await (const page of sandbox?.chargesSince(0) ?? [])
    for (const charge of page) if (charge.chargedFor?.invoiceId === id) refunded.push(charge.refundedMinor);
  expect(refunded).toEqual([0n, 10_000n]);
  expect(await invoiceOf(world, id)).toEqual({ status: 'paid', paid: 10_000, due: 0, overpaid: 0 });
  for (const invariant of ['M6', 'M7', 'M8']) expect(await brokenBy(world, invariant), invariant).toEqual([]);
});
