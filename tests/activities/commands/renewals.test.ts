import { afterAll, beforeAll, expect, test } from 'vitest';
import { schedulePhase } from '#activities/commands/schedule';
import { openCommandSite, type CommandSite } from './command-site.ts';
import { createCustomers, minuteOf, now, subscription } from './customer.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

const { tell, makeCustomer, expectBooksHold, stateOf } = createCustomers(() => site);

const ended = { type: 'subscription.canceled', data: { subscriptionId: 's' } } as const;
const soon = minuteOf(now) + 1;

/** The slot in which what waits for the renewal is due. */
async function renew(org: string) {
  const [first] = await site.read('select max(due_at) as at from subscription_schedule where org_id = $1', [org]);
  const slot = { slot: 'x', at: Number(first?.['at']), isForced: false };
  const phase = schedulePhase(site.worker);
  await phase.apply(
    (await phase.due(slot, undefined)).filter((id) => id.startsWith(org)),
    slot,
  );
  return site.read('select state from subscription_schedule where org_id = $1 order by 1', [org]);
}

test.each([
  ['cancel_subscription', {}],
  ['change_plan', { priceMinor: 3_000 }],
] as const)(
  'what %s left to the renewal is dropped where the tenant ended the subscription before, also where it returned',
  async (kind, terms) => {
    const org = await makeCustomer([subscription]);
    const ordered = await site.give(org, kind, { subscriptionId: 's', when: 'renewal', ...terms });
    expect(ordered).toMatchObject({ status: 'done' });
    await tell(org, [
      { ...ended, at: soon },
      { ...subscription, at: soon + 1 },
    ]);
    expect(await renew(org)).toEqual([{ state: 'dropped' }]);
    expect(await stateOf(org)).toMatchObject({ status: 'active', mrr: 10_000 });
  },
);

test('staff who start a subscription again that the tenant ended withdraw what waited for its renewal', async () => {
  const org = await makeCustomer([subscription]);
  await site.give(org, 'cancel_subscription', { subscriptionId: 's', when: 'renewal' });
  await tell(org, [{ ...ended, at: minuteOf(now) }]);
  expect(await site.give(org, 'reactivate_subscription', { subscriptionId: 's' })).toMatchObject({
    status: 'done',
    result: { withdrawn: 1 },
  });
  expect(await renew(org)).toEqual([{ state: 'withdrawn' }]);
  expect(await stateOf(org)).toMatchObject({ status: 'active', mrr: 10_000 });
  await expectBooksHold(org);
});
