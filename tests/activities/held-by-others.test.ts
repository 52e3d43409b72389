import { expect, onTestFinished, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { codeOf } from '#domain/database-errors';
import { useBooks } from '../support/books.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';
import { expectInvariants } from '../support/invariants.ts';
import { waitingForLock } from '../support/waiting.ts';

const { admin, worker } = await useBooks();

async function accept(told: readonly Told[]) {
  const org = await makeOrg(admin);
  return { org, refs: await acceptAll(admin, org, told) };
}

async function apply(refs: Awaited<ReturnType<typeof acceptAll>>) {
  const outcomes = await applyEvents(worker, refs, 'event:test');
  return outcomes.map(({ outcome }) => outcome);
}

async function read(sql: string, org: string) {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [org]);
  return rows;
}

test('P10: what others hold of one event of a set keeps none of the rest, and that one is applied once it is let go', async () => {
  const invoices = Array.from({ length: 8 }, (_, n) => ({ invoiceId: `HOT-${n}`, currency: 'EUR' }));
  const issued = { stream: 'usage', amountMinor: 900, dueAt: '2026-02-01T00:00:00Z' };
  const { org, refs: first } = await accept(
    invoices.map((invoice) => ({ type: 'invoice.issued', at: 0, data: { ...invoice, ...issued } })),
  );
  await apply(first);
  const refs = await acceptAll(
    admin,
    org,
    invoices.map((invoice) => ({
      type: 'invoice.paid',
      at: 1,
      data: { ...invoice, paymentId: 'P', amountMinor: 900 },
    })),
  );
  const holder = await admin.connect();
  onTestFinished(() => holder.release(true));
  await holder.query('begin; select from invoice where org_id = $$' + org + "$$ and id like '%HOT-5' for update");
  const patiently = () => applyEvents(worker, refs, 'event:test', undefined, true);
  await expect(patiently()).rejects.toMatchObject({ code: '55P03' });
  const paid = "select count(*)::int as n from invoice where org_id = $1 and status = 'paid'";
  expect(await read(paid, org)).toEqual([{ n: 7 }]);
  await holder.query('rollback');
  expect((await patiently()).map(({ outcome }) => outcome)).toEqual(refs.map(() => 'applied'));
  expect(await read(paid, org)).toEqual([{ n: 8 }]);
  await expectInvariants(admin);
}, 30_000);

test('P11: of two who wait for each other one is let go with nothing done, and done again it is done once', async () => {
  const leads = ['KNOT-1', 'KNOT-2'].map((leadId) => ({ leadId, source: 'web' }));
  const { org, refs: first } = await accept(leads.map((data) => ({ type: 'lead.created', at: 0, data })));
  await apply(first);
  const refs = await acceptAll(
    admin,
    org,
    leads.map(({ leadId }) => ({ type: 'lead.converted', at: 1, data: { leadId } })),
  );
  const other = await admin.connect();
  onTestFinished(() => other.release(true));
  const lock = (id: string) => other.query('select from lead where org_id = $1 and id = $2 for update', [org, id]);
  await other.query("begin; set local deadlock_timeout = '10s'");
  await lock('KNOT-2');
  const applying = apply(refs).then(() => undefined, codeOf);
  await expect.poll(() => waitingForLock(admin, '%lead%')).toBe(1);
  const crossed = lock('KNOT-1');
  expect(await applying).toMatch(/^(40P01|55P03)$/);
  await crossed;
  expect(await read('select from event_verdict where org_id = $1', org)).toHaveLength(first.length);
  await other.query('rollback');
  expect(await apply(refs)).toEqual(['applied', 'applied']);
  await expectInvariants(admin);
});
