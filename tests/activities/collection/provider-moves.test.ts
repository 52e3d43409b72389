import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closingPhase } from '#activities/closing/closing-phase';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { handleProviderEvent } from '#activities/collection/provider-event';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { dayMs, hourMs } from '#domain/instants';
import { checkInvariants } from '#prisma/invariants';
import { readProviderMismatches } from '#prisma/provider-matches';
import { isLong } from '#tests/domain/billing/runs';
import type { FakeDispute } from '#tests/payments/fake-disputes';
import { providersOf, startFakeStripe, type FakeIntent, type FakeStripe } from '#tests/payments/fake-stripe';
import { makeDraft } from '../closing/drafts.ts';
import { chances, type Chance } from '../whole-books/chance.ts';
import { storeOrder } from './orders.ts';
import { start } from './stripe-site.ts';
import { createWorld, makePayer, type World } from './world.ts';

/** An org whose charges are refunded, disputed, paid twice and lost sight of, while staff order and jobs run. */
interface Life {
  readonly chance: Chance;
  readonly stripe: FakeStripe;
  readonly world: World;
  readonly orgId: string;
  readonly disputes: FakeDispute[];
  months: number;
  events: number;
}

test('whatever banks, the provider, staff and jobs do to charges, in whatever order, the books say what the provider has', async () => {
  await fc.assert(fc.asyncProperty(chances, live), {
    numRuns: isLong ? 40 : 2,
    endOnFailure: true,
    ...(!isLong && { seed: 20_261_102 }),
  });
}, 3_600_000);

async function live(chance: Chance): Promise<void> {
  const stripe = await startFakeStripe(start);
  const world = await createWorld(providersOf(stripe, 2_000), () => stripe.now);
  try {
    const orgId = await makePayer(world, 'pm_card', { provider: 'stripe' });
    const life: Life = { chance, stripe, world, orgId, disputes: [], months: 0, events: 0 };
    const log: string[] = [];
    for (let n = 0; n < 3; n++) log.push(await openMonth(life));
    log.push(await tick(life));
    for (let step = 0; step < 30; step++) {
      log.push(await goOn(life));
      await expectHolds(life, log);
    }
    await comeToRest(life, log);
  } finally {
    await world.close();
    await stripe.close();
  }
}

async function goOn(life: Life): Promise<string> {
  const { chance, stripe } = life;
  if (chance.happens(30)) stripe.now += chance.oneOf(1, 5, 24, 24, 49) * hourMs;
  const act = chance.oneOf(
    giveOrder,
    giveOrder,
    giveOrder,
    bankMoves,
    bankMoves,
    providerMoves,
    tick,
    tick,
    openMonth,
    atOnce,
  );
  return act(life);
}

async function atOnce(life: Life): Promise<string> {
  const [one, other] = [await anyOrder(life), await anyOrder(life)];
  const told = await Promise.all([one.run(), other.run(), tick(life)]);
  return told.join(' beside ');
}

async function tick({ world, stripe }: Life): Promise<string> {
  const at = new Date(stripe.now).toISOString();
  return `tick ${at} ${JSON.stringify(await world.tick(at))}`;
}

/** A month's invoice, opened by closing: credit pays first. */
async function openMonth(life: Life): Promise<string> {
  const { world, orgId, chance, stripe } = life;
  const [start, end] = [life.months, (life.months += 1)].map((n) => new Date(Date.UTC(2020, n)).toISOString());
  const lines = [
    { stream: 'usage', minor: chance.oneOf(5_000, 5_000, 1_234, -700, 0) },
    { stream: 'leads', minor: chance.oneOf(0, 300, -20) },
  ] as const;
  await makeDraft(world.admin, orgId, { start: String(start), end: String(end), lines });
  const slot = { slot: new Date(stripe.now).toISOString().slice(0, 10), at: stripe.now, isForced: false };
  await closingPhase(world.worker).apply([orgId], slot);
  return `a month of ${lines.map(({ minor }) => minor).join(' and ')}`;
}

async function giveOrder(life: Life): Promise<string> {
  return (await anyOrder(life)).run();
}

async function invoicesOf({ world, orgId }: Life) {
  const { rows } = await world.admin.query<{ id: string; total: number; due: number; paid: number; overpaid: number }>(
    `select id, total_minor::int as total, due_minor::int as due, paid_minor::int as paid, overpaid_minor::int as overpaid from invoice
     where org_id = $1 and status <> 'draft' order by number`,
    [orgId],
  );
  return rows;
}

async function anyOrder(life: Life) {
  const { chance } = life;
  const invoices = await invoicesOf(life);
  const none = { id: 'none', total: 0, due: 0, paid: 0, overpaid: 0 };
  const { id: invoiceId, due, paid, overpaid } = chance.oneOf(none, ...invoices);
  const part = (of: number) => String(chance.oneOf(of, Math.ceil(of / 3), 60));
  const [kind, body] = chance.oneOf<[StaffCommandKind, object]>(
    ['refund', { amountMinor: part(paid) }],
    ['refund', { amountMinor: part(paid) }],
    ['refund', { amountMinor: part(overpaid), ofOverpaid: true }],
    ['refund', { amountMinor: part(overpaid), ofOverpaid: true }],
    ['take_back_refunds', {}],
    ['credit_note', { amountMinor: part(due) }],
    ['retry_payment', {}],
    ['void', {}],
    ['mark_uncollectible', {}],
    ['write_off', {}],
  );
  return order(life, kind, { invoiceId, ...body });
}

async function order({ world, orgId, stripe }: Life, kind: StaffCommandKind, body: object) {
  const name = await storeOrder(world.admin, orgId, kind, body, new Date(stripe.now));
  return {
    async run() {
      const { status } = await executeStaffCommand(world.worker, name);
      await settleStaffCommand(world.resources, name);
      return `${kind} ${status} ${JSON.stringify(body)}`;
    },
  };
}

/** Disputes open and end, refunds fail, are lost or made by somebody else, and a webhook tells of it, or none. */
async function bankMoves(life: Life): Promise<string> {
  const { chance, stripe, world } = life;
  const charges = stripe.intents.filter(({ status }) => status === 'succeeded');
  const charge = charges[chance.below(Math.max(1, charges.length))];
  if (!charge) return 'no charge';
  const own = life.disputes.find(({ payment_intent }) => payment_intent === charge);
  const refunds = refundsOf(life, charge);
  const refund = refunds[chance.below(Math.max(1, refunds.length))];
  const left = charge.amount_received - sum(refunds.map(({ amount }) => amount));
  const part = chance.oneOf(left, Math.ceil(left / 2));
  switch (chance.oneOf('dispute', 'end', 'fail', 'lose', 'refund')) {
    case 'dispute':
      if (own || left === 0) return 'no dispute';
      life.disputes.push(stripe.dispute(charge.id, { amount: part, status: chance.oneOf('needs_response', 'lost') }));
      return tell(life, 'charge.dispute.created', charge);
    case 'end':
      // What was won stays so; what was lost may be won after all.
      if (!own || own.status === 'won') return 'no dispute';
      own.status = chance.oneOf('won', 'lost');
      return tell(life, 'charge.dispute.closed', charge);
    case 'fail':
      if (!refund) return 'no refund';
      Object.assign(refund, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
      return tell(life, 'refund.failed', charge);
    case 'lose':
      if (!refund) return 'no refund';
      stripe.forgetRefund(refund.id);
      await world.admin.query('delete from provider_refund where ref = $1', [refund.id]);
      return 'a refund is lost';
    case 'refund':
      if (left === 0 || (own && own.status !== 'won')) return 'no refund';
      stripe.refundByHand(charge.id, part);
      return tell(life, 'charge.refunded', charge);
  }
}

/** Answers are lost, customers pay at the provider itself, methods decline. */
async function providerMoves(life: Life): Promise<string> {
  const { chance, stripe, world, orgId } = life;
  switch (chance.oneOf('answer', 'method', 'pay')) {
    case 'answer':
      stripe.fail({ kind: chance.oneOf('lose-answer', 'drop-request') });
      return 'an answer goes wrong';
    case 'method':
      await world.admin.query('update org_billing set payment_token = $2 where org_id = $1', [
        orgId,
        chance.oneOf('pm_card', 'pm_card', 'pm_card_soft', 'pm_card_stolen'),
      ]);
      return 'another method';
    case 'pay': {
      const [first, ...others] = (await invoicesOf(life)).filter(({ total }) => total > 100);
      if (!first) return 'no invoice';
      const { id: invoice, total } = chance.oneOf(first, ...others);
      return tell(
        life,
        'payment_intent.succeeded',
        stripe.payByHand({ org: orgId, invoice }, chance.oneOf(total, 100), 'EUR'),
      );
    }
  }
}

async function tell(life: Life, type: string, { id: ref, amount, metadata: { invoice } }: FakeIntent): Promise<string> {
  const { chance, world, stripe } = life;
  const told = `${type} of ${ref}, ${amount} for ${invoice}`;
  if (chance.happens(40)) return `unheard: ${told}`;
  const id = `evt_${(life.events += 1)}`;
  await world.admin.query(
    "insert into provider_event (provider, id, type, object_ref, received_at) values ('stripe', $1, $2, $3, $4)",
    [id, type, ref, new Date(stripe.now)],
  );
  await handleProviderEvent(world.resources, { provider: 'stripe', id });
  return told;
}

/** M7 and M8 are about charges that were made twice by hand here, or are not read yet. */
const always = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'E7'];

async function expectHolds({ world }: Life, log: readonly string[], wanted = always) {
  const results = await checkInvariants(world.admin, { isQuiesced: false });
  expect(
    results.filter(({ id, violations }) => wanted.includes(id) && violations.length > 0),
    log.join('\n'),
  ).toEqual([]);
}

/** After some days nothing is unknown, and once staff took back what was never sent, cash is what the provider has, but for what went back without us. */
async function comeToRest(life: Life, log: string[]) {
  const { world, stripe, orgId } = life;
  for (let day = 0; day < 5; day++) {
    stripe.now += dayMs;
    log.push(await tick(life));
    if (day === 2)
      for (const { id: invoiceId } of await invoicesOf(life))
        log.push(await (await order(life, 'take_back_refunds', { invoiceId })).run());
  }
  await expectHolds(life, log, [...always, 'M8', 'M9']);
  const { rows } = await world.admin.query<{ cash: number }>(
    "select coalesce(sum(amount_minor), 0)::int as cash from billing_ledger where org_id = $1 and account = 'cash' and fact <> 'dispute_fee'",
    [orgId],
  );
  const refunds = (await readProviderMismatches(world.admin, [orgId])).filter(({ problem }) =>
    problem.startsWith('refund'),
  );
  expect(
    refunds.map(({ problem }) => problem).filter((problem) => problem !== 'refunded_at_provider'),
    log.join('\n'),
  ).toEqual([]);
  const gone = refunds.map(({ ours, theirs }) => Number((theirs[0]?.amountMinor ?? 0n) - (ours[0]?.amountMinor ?? 0n)));
  expect(Number(rows[0]?.cash) - sum(gone), log.join('\n')).toBe(
    sum(stripe.intents.map((charge) => keptOf(life, charge))),
  );
}

/** What the provider has of a charge and has not given back. */
function keptOf(life: Life, charge: FakeIntent): number {
  if (charge.status !== 'succeeded') return 0;
  const left = charge.amount_received - sum(refundsOf(life, charge).map(({ amount }) => amount));
  const lost = life.disputes.filter(({ payment_intent, status }) => payment_intent === charge && status === 'lost');
  return left - Math.min(left, sum(lost.map(({ amount }) => amount)));
}

function refundsOf({ stripe }: Life, charge: FakeIntent) {
  return stripe.refunds.filter(({ payment_intent, status }) => payment_intent === charge && status !== 'failed');
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
