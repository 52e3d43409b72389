import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byOccurrence, type Folded, type FoldedKind, type Occurred } from '#domain/fold';
import { folds } from '#domain/folds';
import { invoiceFigures } from '#domain/folds/invoice';
import { dueInstants } from '#domain/folds/incident';
import { hourMs } from '#domain/instants';
import { occurred, type Told } from '../support/events.ts';

const runs = process.env['LONG'] ? 10_000 : 300;

function history(told: readonly Told[]): Occurred[] {
  return told.map((one, index) => occurred({ eventId: `evt_${index}`, ...one }));
}

function verdictsOf(folded: Folded<object>): string[] {
  const sorted = folded.ordered
    .map(({ eventId }, index) => [eventId, folded.verdicts[index]] as const)
    .toSorted(([a], [b]) => a.localeCompare(b));
  return sorted.map(([, verdict]) => (verdict?.status === 'rejected' ? verdict.code : (verdict?.status ?? '')));
}

const invoice = { invoiceId: 'I', currency: 'EUR' };
const issued = (amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.issued',
  at,
  data: { ...invoice, stream: 'usage', amountMinor, dueAt: '2026-02-01T00:00:00Z', ...more },
});
const paid = (paymentId: string, amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.paid',
  at,
  data: { ...invoice, paymentId, amountMinor, ...more },
});
const failed = (paymentId: string, amountMinor: number, at: number): Told => ({
  type: 'invoice.payment_failed',
  at,
  data: { ...invoice, paymentId, amountMinor, failureCode: 'declined' },
});
const refunded = (refundId: string, amountMinor: number, at: number, more = {}): Told => ({
  type: 'invoice.refunded',
  at,
  data: { ...invoice, refundId, amountMinor, ...more },
});

describe('invoice', () => {
  const cases: {
    name: string;
    told: Told[];
    verdicts?: string[];
    figures: Partial<ReturnType<typeof invoiceFigures>>;
  }[] = [
    { name: 'issued', told: [issued(100, 0)], figures: { status: 'open', totalMinor: 100n, dueMinor: 100n } },
    { name: 'issued over nothing is paid', told: [issued(0, 0)], figures: { status: 'paid', dueMinor: 0n } },
    {
      name: 'paid in part',
      told: [issued(100, 0), paid('A', 40, 1)],
      figures: { status: 'open', paidMinor: 40n, dueMinor: 60n },
    },
    {
      name: 'paid in two parts',
      told: [issued(100, 0), paid('A', 40, 1), paid('B', 60, 2)],
      figures: { status: 'paid', paidMinor: 100n },
    },
    {
      name: 'overpaid: the rest is credit',
      told: [issued(100, 0), paid('A', 130, 1)],
      figures: { status: 'paid', paidMinor: 100n, overpaidMinor: 30n },
    },
    {
      name: 'known only from a payment is incomplete',
      told: [paid('A', 40, 1)],
      figures: { status: 'incomplete', paidMinor: 40n, dueMinor: 0n },
    },
    {
      name: 'paid before it was issued',
      told: [paid('A', 100, 0), issued(100, 1)],
      figures: { status: 'paid', paidMinor: 100n },
    },
    {
      name: 'told twice alike',
      told: [issued(100, 0), issued(100, 1)],
      verdicts: ['applied', 'applied'],
      figures: { totalMinor: 100n },
    },
    {
      name: 'told twice with another amount',
      told: [issued(100, 0), issued(90, 1)],
      verdicts: ['applied', 'conflicting_duplicate'],
      figures: { totalMinor: 100n },
    },
    {
      name: 'a payment told twice counts once',
      told: [issued(100, 0), paid('A', 40, 1), paid('A', 40, 2)],
      verdicts: ['applied', 'applied', 'applied'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a payment told twice with another amount',
      told: [issued(100, 0), paid('A', 40, 1), paid('A', 50, 2)],
      verdicts: ['applied', 'applied', 'conflicting_duplicate'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a failed payment that succeeds later',
      told: [issued(100, 0), failed('A', 40, 1), paid('A', 40, 2)],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a payment that succeeded cannot fail',
      told: [issued(100, 0), paid('A', 40, 1), failed('A', 40, 2)],
      verdicts: ['applied', 'applied', 'payment_already_succeeded'],
      figures: { paidMinor: 40n },
    },
    {
      name: 'a second currency',
      told: [issued(100, 0), paid('A', 40, 1, { currency: 'USD' })],
      verdicts: ['applied', 'currency_mismatch'],
      figures: { paidMinor: 0n },
    },
    {
      name: 'a refund leaves it paid',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 30, 2)],
      figures: { status: 'paid', paidMinor: 100n, refundedMinor: 30n },
    },
    {
      name: 'a refund over what was paid',
      told: [issued(100, 0), paid('A', 40, 1), refunded('R', 41, 2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      figures: { refundedMinor: 0n },
    },
    {
      name: 'a refund over what the invoice took of an overpayment',
      told: [issued(100, 0), paid('A', 130, 1), refunded('R', 101, 2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      figures: {},
    },
    {
      name: 'two refunds together over what was paid',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 60, 2), refunded('S', 41, 3)],
      verdicts: ['applied', 'applied', 'applied', 'refund_exceeds_paid'],
      figures: { refundedMinor: 60n },
    },
    {
      name: 'a refund of a payment that failed',
      told: [issued(100, 0), failed('A', 100, 1), paid('B', 100, 2), refunded('R', 10, 3, { paymentId: 'A' })],
      verdicts: ['applied', 'applied', 'applied', 'payment_not_found'],
      figures: {},
    },
    {
      name: 'a refund over its own payment',
      told: [issued(100, 0), paid('A', 40, 1), paid('B', 60, 2), refunded('R', 41, 3, { paymentId: 'A' })],
      verdicts: ['applied', 'applied', 'applied', 'refund_exceeds_paid'],
      figures: {},
    },
    {
      name: 'a refund told twice counts once',
      told: [issued(100, 0), paid('A', 100, 1), refunded('R', 60, 2), refunded('R', 60, 3)],
      figures: { refundedMinor: 60n },
    },
    {
      name: 'a refund before its payment in time',
      told: [refunded('R', 10, 0), paid('A', 100, 1)],
      verdicts: ['refund_exceeds_paid', 'applied'],
      figures: { refundedMinor: 0n },
    },
  ];
  test.each(cases)('$name', ({ told, verdicts, figures }) => {
    const folded = folds.invoice(history(told));
    expect(verdictsOf(folded)).toEqual(verdicts ?? told.map(() => 'applied'));
    if (!folded.state) throw new Error('no state');
    expect(invoiceFigures(folded.state)).toMatchObject(figures);
  });

  test('is paid at the instant its last part came', () => {
    const { state } = folds.invoice(history([issued(100, 0), paid('A', 40, 5), paid('B', 60, 7), refunded('R', 5, 9)]));
    expect(new Date(state?.paidAt ?? 0).toISOString()).toBe('2026-01-01T00:07:00.000Z');
  });
});

describe('subscription', () => {
  const created = (at: number, more = {}): Told => ({
    type: 'subscription.created',
    at,
    data: {
      subscriptionId: 'S',
      plan: 'p',
      status: 'active',
      priceMinor: 10_000,
      currency: 'EUR',
      interval: 'month',
      ...more,
    },
  });
  const updated = (at: number, more: object): Told => ({
    type: 'subscription.updated',
    at,
    data: { subscriptionId: 'S', ...more },
  });
  const canceled = (at: number): Told => ({
    type: 'subscription.canceled',
    at,
    data: { subscriptionId: 'S', reason: 'r' },
  });
  const mrrs = (told: Told[]) =>
    folds.subscription(history(told)).state?.changes.map(({ mrrMinor }) => Number(mrrMinor));
  test.each([
    { name: 'a month counts whole', told: [created(0)], mrr: [10_000] },
    {
      name: 'a year counts a twelfth, rounded once',
      told: [created(0, { interval: 'year', priceMinor: 100_000 })],
      mrr: [8_333],
    },
    {
      name: 'the quantity is multiplied before rounding',
      told: [created(0, { interval: 'year', priceMinor: 100_000, quantity: 3 })],
      mrr: [25_000],
    },
    {
      name: 'a trial counts nothing until it becomes active',
      told: [created(0, { status: 'trialing' }), updated(1, { status: 'active' })],
      mrr: [0, 10_000],
    },
    { name: 'past due counts', told: [created(0), updated(1, { status: 'past_due' })], mrr: [10_000, 10_000] },
    { name: 'canceled counts nothing', told: [created(0), canceled(1)], mrr: [10_000, 0] },
    {
      name: 'an update before its creation is completed later',
      told: [updated(0, { plan: 'x' }), created(1)],
      mrr: [0, 10_000],
    },
    {
      name: 'created again after the end starts it again',
      told: [created(0), canceled(1), created(2, { priceMinor: 500 })],
      mrr: [10_000, 0, 500],
    },
    {
      name: 'an update that names no status leaves it canceled',
      told: [created(0), canceled(1), updated(2, { priceMinor: 5 })],
      mrr: [10_000, 0, 0],
    },
    {
      name: 'an update to active after the end reactivates it',
      told: [created(0), canceled(1), updated(2, { status: 'active' })],
      mrr: [10_000, 0, 10_000],
    },
  ])('$name', ({ told, mrr }) => expect(mrrs(told)).toEqual(mrr));

  test('a second currency is rejected', () => {
    expect(verdictsOf(folds.subscription(history([created(0), created(1, { currency: 'USD' })])))).toEqual([
      'applied',
      'currency_mismatch',
    ]);
  });
});

describe('add-on', () => {
  const bought: Told = {
    type: 'addon.purchased',
    at: 0,
    data: { purchaseId: 'P', sku: 's', amountMinor: 100, currency: 'EUR' },
  };
  const back = (at: number, amountMinor?: number): Told => ({
    type: 'addon.refunded',
    at,
    data: { purchaseId: 'P', ...(amountMinor ? { amountMinor } : {}) },
  });
  test.each([
    {
      name: 'a refund without an amount takes all that is left',
      told: [bought, back(1, 30), back(2)],
      verdicts: ['applied', 'applied', 'applied'],
      refunded: 100n,
    },
    {
      name: 'nothing left to refund',
      told: [bought, back(1), back(2)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      refunded: 100n,
    },
    {
      name: 'over what is left',
      told: [bought, back(1, 60), back(2, 41)],
      verdicts: ['applied', 'applied', 'refund_exceeds_paid'],
      refunded: 60n,
    },
    {
      name: 'before the purchase in time',
      told: [{ ...bought, at: 5 }, back(1, 60)],
      verdicts: ['applied', 'refund_exceeds_paid'],
      refunded: 0n,
    },
    {
      name: 'the purchase told twice',
      told: [bought, { ...bought, at: 3 }],
      verdicts: ['applied', 'applied'],
      refunded: 0n,
    },
  ])('$name', ({ told, verdicts, refunded }) => {
    const folded = folds.addon(history(told));
    expect(verdictsOf(folded)).toEqual(verdicts);
    expect(folded.state?.refundedMinor).toBe(refunded);
  });
});

describe('lead', () => {
  test('converted before it was created is made, and completed later', () => {
    const converted: Told = { type: 'lead.converted', at: 5, data: { leadId: 'L', feeMinor: 7, currency: 'EUR' } };
    const created: Told = {
      type: 'lead.created',
      at: 1,
      data: { leadId: 'L', source: 'web', valueMinor: 9, currency: 'USD' },
    };
    expect(folds.lead(history([converted])).state).toMatchObject({
      status: 'converted',
      feeMinor: 7,
      feeCurrency: 'EUR',
    });
    expect(folds.lead(history([converted, created])).state).toMatchObject({
      status: 'converted',
      source: 'web',
      currency: 'USD',
      feeCurrency: 'EUR',
    });
  });

  test('the first conversion is the one that counts', () => {
    const at = (minute: number): Told => ({ type: 'lead.converted', at: minute, data: { leadId: 'L' } });
    expect(new Date(folds.lead(history([at(9), at(3)])).state?.convertedAt ?? 0).toISOString()).toBe(
      '2026-01-01T00:03:00.000Z',
    );
  });
});

describe('incident', () => {
  const opened = (at: number, more = {}): Told => ({
    type: 'incident.opened',
    at,
    data: { incidentId: 'I', title: 't', severity: 'critical', ...more },
  });
  const resolved = (at: number): Told => ({ type: 'incident.resolved', at, data: { incidentId: 'I' } });
  const dueAfterHours = (told: Told[]) => {
    const { state } = folds.incident(history(told));
    return state ? ((dueInstants(state).resolutionDueAt ?? 0) - Date.UTC(2026, 0, 1)) / hourMs : undefined;
  };
  test('is due by its severity', () => expect(dueAfterHours([opened(0)])).toBe(4));
  test('resolving keeps the target in sight', () => expect(dueAfterHours([opened(0), resolved(60)])).toBe(4));
  test('reopening resumes the clock where it stood', () =>
    expect(dueAfterHours([opened(0), resolved(60), opened(180)])).toBe(6));
  test('escalating changes neither severity nor target', () => {
    expect(
      dueAfterHours([opened(0), { type: 'incident.escalated', at: 30, data: { incidentId: 'I', level: 5 } }]),
    ).toBe(4);
  });
});

describe('AI', () => {
  test('a use told again with other credits is rejected', () => {
    const used = (at: number, credits: string): Told => ({
      type: 'ai.used',
      at,
      data: { usageId: 'U', feature: 'pricing', credits },
    });
    expect(verdictsOf(folds.ai_usage(history([used(0, '1.50'), used(1, '1.5'), used(2, '2')])))).toEqual([
      'applied',
      'applied',
      'conflicting_duplicate',
    ]);
  });
});

describe('any history', () => {
  const amount = fc.integer({ min: 1, max: 5 });
  const at = fc.integer({ min: 0, max: 6 });
  const letter = fc.constantFrom('A', 'B');
  const money = fc.constantFrom('EUR', 'EUR', 'EUR', 'USD');
  const told: fc.Arbitrary<Told> = fc.oneof(
    fc.tuple(amount, at, money).map(([minor, when, currency]) => issued(minor, when, { currency })),
    fc.tuple(letter, amount, at, money).map(([ref, minor, when, currency]) => paid(ref, minor, when, { currency })),
    fc.tuple(letter, amount, at).map(([ref, minor, when]) => failed(ref, minor, when)),
    fc
      .tuple(letter, amount, at, fc.option(letter, { nil: undefined }))
      .map(([ref, minor, when, paymentId]) => refunded(ref, minor, when, paymentId ? { paymentId } : {})),
  );

  test('gives one state and one set of verdicts whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(told, { maxLength: 8 }).chain((list) =>
          fc.tuple(
            fc.constant(history(list)),
            fc.shuffledSubarray(
              list.map((_, index) => index),
              { minLength: list.length },
            ),
          ),
        ),
        ([events, order]) => {
          const shuffled = order.flatMap((index) => events[index] ?? []);
          expect(folds.invoice(shuffled)).toEqual(folds.invoice(events));
        },
      ),
      { numRuns: runs },
    );
  });

  test('money is conserved: received = taken + credit, refunds never exceed what was taken', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 10 }), (list) => {
        const { state } = folds.invoice(history(list));
        if (!state) return;
        const figures = invoiceFigures(state);
        const received = state.payments
          .filter(({ status }) => status === 'succeeded')
          .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        expect(figures.paidMinor + figures.overpaidMinor).toBe(received);
        expect(figures.refundedMinor <= received).toBe(true);
        if (figures.status !== 'incomplete') expect(figures.paidMinor + figures.dueMinor).toBe(figures.totalMinor);
      }),
      { numRuns: runs },
    );
  });

  test('an event applied again under another id changes nothing but the version', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 6 }), (list) => {
        const once = history(list);
        const last = once.toSorted(byOccurrence).at(-1);
        if (!last || last.event.type !== 'invoice.paid') return;
        const twice = folds.invoice([...once, { ...last, eventId: 'evt_z' }]);
        expect(twice.state?.payments).toEqual(folds.invoice(once).state?.payments);
      }),
      { numRuns: runs },
    );
  });

  test('every kind has a fold that takes its own examples in any order', () => {
    const kinds = Object.keys(folds);
    expect(kinds.length).toBe(8 satisfies FoldedKind[]['length']);
  });
});
