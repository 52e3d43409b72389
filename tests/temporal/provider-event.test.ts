import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCollectionActivities } from '#activities/collection/collection-activities';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { startProviderEvent } from '#temporal/provider-events';
import { invoiceOf, makeInvoice, makePayer, paymentsOf } from '#tests/activities/collection/world';
import { providersOf, startFakeStripe, type FakeStripe } from '#tests/payments/fake-stripe';
import { keepHistory } from '#tests/workflows/stage';
import { createJobSite, type JobSite } from './job-site.ts';

let site: JobSite;
let stripe: FakeStripe;

beforeAll(async () => {
  [site, stripe] = await Promise.all([createJobSite(), startFakeStripe(Date.parse('2026-11-02T10:00:00Z'))]);
  const providers = providersOf(stripe);
  const resources = { db: site.pools.jobs, providers, notify: [], now: () => stripe.now };
  await site.work(
    { dunning: dunningPhases(site.pools.jobs, providers, [], resources.now) },
    createCollectionActivities(resources),
  );
});
afterAll(async () => {
  await site.close();
  await stripe.close();
});

test('a tick through Temporal leaves what has no answer unknown, and a webhook’s run settles it once', async () => {
  const world = { admin: site.admin, worker: site.pools.jobs };
  const orgId = await makePayer(world, 'pm_slow', { provider: 'stripe' });
  const id = await makeInvoice(world, orgId);
  expect(await site.run('dunning', '2026-11-02T10')).toMatchObject({ outcome: 'done' });
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'unknown' }]);
  const [intent] = stripe.intents;
  if (intent) Object.assign(intent, { status: 'succeeded', amount_received: 10_000 });
  await site.admin.query(
    `insert into provider_event (provider, id, type, object_ref, received_at) values ('stripe', 'evt_1', 'payment_intent.succeeded', $1, now())`,
    [intent?.id],
  );
  const start = () => startProviderEvent({ client: site.client, taskQueue: site.taskQueue }, 'stripe', 'evt_1');
  await Promise.all([start(), start(), start()]);
  await site.client.workflow.getHandle('provider-event:stripe:evt_1').result();
  await start();
  await keepHistory(site.client, 'provider-event:stripe:evt_1', 'provider-event-done');
  expect(await invoiceOf(world, id)).toMatchObject({ status: 'paid', paid: 10_000 });
  expect(await paymentsOf(world, id)).toMatchObject([{ status: 'succeeded' }]);
});
