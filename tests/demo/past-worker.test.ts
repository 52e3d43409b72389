import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNights } from '#demo/nights';
import { openPastWorker } from '#demo/past-worker';
import { readPaymentConfig } from '#payments/config';
import { readBillingEnv } from '#temporal/env';
import { expectBooks } from '#tests/support/invariants';
import { createJobSite, type JobSite } from '#tests/temporal/job-site';
import { makeDraft, usage } from '#tests/activities/closing/drafts';
import { startSandbox, type SandboxProcess } from '#tests/payments/sandbox-process';
import { makeOrg } from '../support/events.ts';

let site: JobSite;
let sandbox: SandboxProcess;

beforeAll(async () => {
  site = await createJobSite();
  sandbox = await startSandbox({});
}, 60_000);

afterAll(async () => {
  await site.close();
  await sandbox.stop();
});

test('what a story collects is paid on the day of the story, at the provider as in the books', async () => {
  const orgId = await makeOrg(site.admin);
  await site.admin.query(
    "update org_billing set payment_provider = 'sandbox', payment_token = 'pm_soft_then_ok_1' where org_id = $1",
    [orgId],
  );
  const march = { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' };
  await makeDraft(site.admin, orgId, { ...march, lines: [usage(1_000)] });
  const env = readBillingEnv({
    TEMPORAL_ADDRESS: site.address,
    TEMPORAL_NAMESPACE: site.namespace,
    BILLING_TASK_QUEUE: site.taskQueue,
  });
  const { databaseUrl, address: temporalAddress } = site;
  const payments = readPaymentConfig({ SANDBOX_PROVIDER_URL: sandbox.url });
  const system = { databaseUrl, temporalAddress, payments, redisUrl: '', keyEncryptionKeys: '' };
  const past = await openPastWorker(system, env);
  const said: string[] = [];
  const nights = openNights(env, { isForced: false, say: (line) => said.push(line), past });
  await nights.run('monthly-rollup', '2026-04-02');
  for (const slot of ['2026-04-02T05', '2026-04-03T05', '2026-04-04T05']) await nights.run('dunning', slot);
  await nights.close();
  await past.close();
  const days = await site.admin.query<{ what: string; days: string[] }>(
    `select what, array_agg(to_char(at, 'MM-DD') order by at) as days from (
       select 'attempts' as what, at from payment union all select 'paid', paid_at from invoice
       union all select 'cash', at from billing_ledger where account = 'cash' union all select 'charges', charged_at from provider_charge) t
     group by what order by what`,
  );
  expect(days.rows).toEqual([
    { what: 'attempts', days: ['04-02', '04-03'] },
    { what: 'cash', days: ['04-03'] },
    { what: 'charges', days: ['04-02', '04-03'] },
    { what: 'paid', days: ['04-03'] },
  ]);
  expect(said).toEqual([]);
  await expectBooks(site.admin);
}, 60_000);
