import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { closingPhase } from '#activities/closing/closing-phase';
import { acceptAll, randomEventId, type Told } from '#tests/support/events';
import { makeDraft, slotOn } from '../closing/drafts.ts';
import { storeOrder } from './orders.ts';
import { day, useSandbox } from './sandbox-site.ts';
import { auditOf, caseOf, expectBooksHold, invoiceOf, makePayer, paymentsOf } from './world.ts';

const site = useSandbox();

const issued = (at: number, invoiceId: string, amountMinor: number): Told => ({
  type: 'invoice.issued',
  at,
  data: { invoiceId, stream: 'usage', amountMinor, currency: 'EUR', dueAt: '2026-02-01T00:00:00Z' },
});
const paid = (at: number, invoiceId: string, paymentId: string, amountMinor: number): Told => ({
  type: 'invoice.paid',
  at,
  data: { invoiceId, paymentId, amountMinor, currency: 'EUR' },
});

async function tell(orgId: string, told: readonly Told[]) {
  await applyEvents(site.world.worker, await acceptAll(site.world.admin, orgId, told), 'event:test');
}

/** Told of every org by the same ids: of two reports of one instant the ids say which is the later. */
const overpaid = [
  issued(10, 'A', 5_000),
  paid(11, 'A', 'pa', 15_000),
  issued(10, 'B', 1_000),
  paid(11, 'B', 'pb', 5_000),
].map((told) => ({ ...told, eventId: randomEventId() }));

/** Invoices of two months that 140.00 of credit paid: the first, of 100.00, whole, the second, of 60.00, in part. */
async function spendCredit(token: string): Promise<{ orgId: string; first: string; second: string }> {
  const orgId = await makePayer(site.world, token);
  await tell(orgId, overpaid);
  const month = (start: string, end: string, minor: number) =>
    makeDraft(site.world.admin, orgId, { start, end, lines: [{ stream: 'usage', minor }] });
  const first = await month('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', 10_000);
  const second = await month('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', 6_000);
  await closingPhase(site.world.worker).apply([orgId], slotOn('2026-12-02'));
  expect([await invoiceOf(site.world, first), await invoiceOf(site.world, second)]).toMatchObject([
    { status: 'paid', paid: 10_000, due: 0 },
    { status: 'open', paid: 4_000, due: 2_000 },
  ]);
  return { orgId, first, second };
}

async function creditOf(orgId: string): Promise<number> {
  const { rows } = await site.world.admin.query<{ credit: number }>(
    `select coalesce(-sum(amount_minor), 0)::int as credit from billing_ledger where org_id = $1 and account = 'credit'`,
    [orgId],
  );
  return rows[0]?.credit ?? 0;
}

test('credit that was spent and is not there after all is due again on the invoice that opened last, which is collected', async () => {
  const { orgId, first, second } = await spendCredit('pm_ok');
  await tell(orgId, [issued(1, 'A', 11_000)]);
  expect([await invoiceOf(site.world, first), await invoiceOf(site.world, second)]).toMatchObject([
    { status: 'open', paid: 8_000, due: 2_000 },
    { status: 'open', paid: 0, due: 6_000 },
  ]);
  expect(await creditOf(orgId)).toBe(0);
  expect(await auditOf(site.world, second)).toEqual(['invoice.opened', 'credit.taken_back']);
  const { rows } = await site.world.admin.query(
    "select actor, detail from audit_log where subject = $1 and action = 'credit.taken_back'",
    [`invoice/${first}`],
  );
  const detail = { amountMinor: '2000', dueMinor: '2000', currency: 'EUR', status: 'open' };
  expect(rows).toEqual([{ actor: 'event:test', detail }]);
  await expectBooksHold(site.world);
  await site.world.tick('2026-12-20T10');
  expect([await site.taken(first), await site.taken(second)]).toEqual([[2_000n], [6_000n]]);
  await expectBooksHold(site.world);
});

test('credit that comes after some was taken back goes first where it is missing, up to what is still due', async () => {
  const { orgId, first, second } = await spendCredit('pm_ok');
  await tell(orgId, [issued(1, 'A', 15_000)]);
  expect([await invoiceOf(site.world, first), await invoiceOf(site.world, second)]).toMatchObject([
    { paid: 4_000, due: 6_000 },
    { paid: 0, due: 6_000 },
  ]);
  await tell(orgId, [issued(20, 'C', 100), paid(21, 'C', 'pc', 7_100)]);
  expect([await invoiceOf(site.world, first), await invoiceOf(site.world, second)]).toMatchObject([
    { status: 'paid', paid: 10_000, due: 0 },
    { status: 'open', paid: 1_000, due: 5_000 },
  ]);
  expect(await auditOf(site.world, first)).toEqual(['invoice.opened', 'credit.taken_back', 'credit.given_again']);
  await site.world.tick('2026-12-20T10');
  await tell(orgId, [paid(22, 'C', 'pd', 900)]);
  expect([await invoiceOf(site.world, second), await creditOf(orgId)]).toEqual([
    { status: 'paid', paid: 6_000, due: 0, overpaid: 0 },
    900,
  ]);
  expect(await site.taken(second)).toEqual([5_000n]);
  await expectBooksHold(site.world);
});

test('an invoice whose case a payment closed is collected anew, and a failure opens another case with its own notices', async () => {
  const { orgId, second } = await spendCredit('pm_soft_then_ok_1');
  await site.world.tick('2026-12-20T10');
  await site.world.tick('2026-12-21T10');
  await site.world.admin.query("update org_billing set payment_token = 'pm_declined_soft' where org_id = $1", [orgId]);
  await tell(orgId, [paid(1, 'B', 'pb', 2_000)]);
  expect(await invoiceOf(site.world, second)).toMatchObject({ status: 'open', paid: 3_000, due: 3_000 });
  await site.world.tick('2026-12-22T10');
  const { rows } = await site.world.admin.query<Record<string, unknown>>(
    `select replace(c.id, c.invoice_id, '') as id, c.state, c.closed_by, c.failed_on::text, c.steps_left,
      (select count(*)::int from dunning_notice n where n.org_id = c.org_id and n.case_id = c.id and n.sent_at is not null) as notices
     from dunning_case c where c.invoice_id = $1 order by c.opened_at`,
    [second],
  );
  expect(rows).toMatchObject([
    { id: '', state: 'closed', closed_by: 'paid', failed_on: '2026-12-20', notices: 2 },
    { id: '.2', state: 'retrying', closed_by: null, failed_on: '2026-12-22', steps_left: [1, 2, 3, 4, 5], notices: 2 },
  ]);
  await expectBooksHold(site.world);
});

test.each([['past_due'], ['cancel_subscription']])(
  'an invoice that was paid after its case ended as %s, and is due again, is collected anew, and a failure opens another case',
  async (endState) => {
    const { orgId, second } = await spendCredit('pm_declined_soft');
    const policy = { retryDays: [1], graceDays: 1, endState };
    await site.world.admin.query('update org_billing set dunning_policy = $2 where org_id = $1', [orgId, policy]);
    for (const n of [60, 61, 62, 63]) await site.world.tick(day(n));
    expect(await caseOf(site.world, second)).toMatchObject({ state: 'ended' });
    expect(await site.changeMethod(orgId, 'pm_ok', 64)).toEqual(['succeeded']);
    expect(await site.changeMethod(orgId, 'pm_soft_then_ok_1', 65)).toEqual([]);
    await tell(orgId, [paid(1, 'B', 'pb', 2_000)]);
    expect(await invoiceOf(site.world, second)).toMatchObject({ status: 'open', paid: 3_000, due: 3_000 });
    for (const n of [66, 67]) await site.world.tick(day(n));
    expect((await paymentsOf(site.world, second)).slice(-3, -1)).toMatchObject([
      { trigger: 'collection', status: 'failed' },
      { trigger: 'schedule', status: 'succeeded' },
    ]);
    expect(await site.taken(second)).toEqual([2_000n, 3_000n]);
    const { rows } = await site.world.admin.query(
      'select state, closed_by from dunning_case where invoice_id = $1 order by opened_at',
      [second],
    );
    expect(rows).toEqual([
      { state: 'ended', closed_by: 'paid' },
      { state: 'closed', closed_by: 'paid' },
    ]);
    await expectBooksHold(site.world);
  },
);

test('an invoice that was given up, and paid by credit that was not there, is uncollectible again: nothing collects it', async () => {
  const { orgId, first, second } = await spendCredit('pm_ok');
  await tell(orgId, [issued(1, 'A', 11_000)]);
  const name = await storeOrder(site.world.admin, orgId, 'mark_uncollectible', { invoiceId: first });
  expect(await executeStaffCommand(site.world.worker, name)).toMatchObject({ status: 'done' });
  await tell(orgId, [issued(20, 'C', 100), paid(21, 'C', 'pc', 9_100)]);
  expect(await invoiceOf(site.world, first)).toMatchObject({ status: 'paid', due: 0 });
  await tell(orgId, [issued(1, 'C', 9_100)]);
  expect(await invoiceOf(site.world, first)).toMatchObject({ status: 'uncollectible', paid: 8_000, due: 2_000 });
  await site.world.tick('2026-12-20T10');
  expect([await site.taken(first), await site.taken(second)]).toEqual([[], [6_000n]]);
  await expectBooksHold(site.world);
});

/** Everything that is said of the org's money, and when; not how often it was said. */
async function stateOf(orgId: string, names: readonly string[]) {
  const read = async (text: string) =>
    (await site.world.admin.query<Record<string, unknown>>(text, [orgId])).rows.map((row) =>
      Object.values(row).map((cell) => {
        const text = cell instanceof Date ? cell.toISOString() : String(cell);
        return names.reduce((shown, name, index) => shown.replaceAll(name, `invoice ${index}`), text);
      }),
    );
  return {
    invoices: await read(
      'select id, status, paid_minor, due_minor, overpaid_minor, refunded_minor, paid_at from invoice where org_id = $1 order by ref, period_start',
    ),
    payments: await read(
      `select p.ref, p.status, p.amount_minor, p.at, i.ref from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id
       where p.org_id = $1 order by i.ref, p.ref`,
    ),
    ledger: await read(
      `select l.account, l.at, i.ref, sum(l.amount_minor) from billing_ledger l join invoice i on i.org_id = l.org_id and i.id = l.invoice_id
       where l.org_id = $1 group by 1, 2, 3 having sum(l.amount_minor) <> 0 order by 3, 2, 1`,
    ),
  };
}

const amount = fc.integer({ min: 1, max: 20_000 });
const late = fc.oneof(
  fc
    .record({ at: fc.nat(9), id: fc.constantFrom('A', 'B', 'C'), minor: amount })
    .map(({ at, id, minor }) => issued(at, id, minor)),
  fc
    .record({
      at: fc.integer({ min: 5, max: 30 }),
      id: fc.constantFrom('A', 'B', 'C'),
      ref: fc.constantFrom('pa', 'pb', 'x', 'y'),
      minor: amount,
    })
    .map(({ at, id, ref, minor }) => paid(at, id, ref, minor)),
  fc
    .record({
      at: fc.integer({ min: 5, max: 30 }),
      id: fc.constantFrom('A', 'B'),
      ref: fc.constantFrom('r', 's'),
      minor: amount,
    })
    .map(({ at, id, ref, minor }): Told => ({
      type: 'invoice.refunded',
      at,
      data: { invoiceId: id, refundId: ref, amountMinor: minor, currency: 'EUR' },
    })),
);

test('whatever late events say, in whatever order and sets: no credit falls below 0, and the books are the same', async () => {
  const told = fc
    .array(late, { minLength: 2, maxLength: 6 })
    .map((events) => events.map((one) => ({ ...one, eventId: randomEventId() })))
    .chain((events) => {
      const order = fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length });
      return fc.record({ one: fc.constant(events), other: order, cut: fc.nat(events.length) });
    });
  await fc.assert(
    fc.asyncProperty(told, async ({ one, other, cut }) => {
      const a = await spendCredit('pm_ok');
      for (const event of one) {
        await tell(a.orgId, [event]);
        expect(await creditOf(a.orgId)).toBeGreaterThanOrEqual(0);
      }
      const b = await spendCredit('pm_ok');
      for (const set of [other.slice(0, cut), other.slice(cut)]) if (set.length > 0) await tell(b.orgId, set);
      expect(await stateOf(b.orgId, [b.first, b.second])).toEqual(await stateOf(a.orgId, [a.first, a.second]));
      await expectBooksHold(site.world);
    }),
    { numRuns: 25 },
  );
}, 120_000);
