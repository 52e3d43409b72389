import { randomBytes } from 'node:crypto';
import type { FakeIntent } from './fake-stripe.ts';

export interface FakeRefund {
  readonly id: string;
  readonly object: 'refund';
  readonly created: number;
  readonly payment_intent: FakeIntent;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  status: string;
  failure_reason?: string;
}

const pageSize = 3;

/** The refunds that the fake Stripe has, whoever made them. */
export function createFakeRefunds() {
  const refunds: FakeRefund[] = [];
  return {
    all: refunds,
    forget: (forgotten: string) =>
      void refunds.splice(
        refunds.findIndex(({ id }) => id === forgotten),
        1,
      ),
    add(intent: FakeIntent | undefined, created: number, amount: number, metadata: Record<string, string>): FakeRefund {
      if (!intent?.latest_charge) throw new Error('only a charge is refunded');
      intent.latest_charge.amount_refunded += amount;
      const refund: FakeRefund = {
        id: `re_${randomBytes(6).toString('hex')}`,
        object: 'refund',
        created,
        payment_intent: intent,
        amount,
        currency: intent.currency,
        metadata,
        status: 'succeeded',
      };
      refunds.push(refund);
      return refund;
    },
    /** Newest first, in pages; with their intent, as who asks for it gets it. */
    list(query: URLSearchParams) {
      const [of, gte, after] = [query.get('payment_intent'), query.get('created[gte]'), query.get('starting_after')];
      const wanted = refunds
        .filter(({ payment_intent: { id }, created }) => (of === null || of === id) && created >= Number(gte ?? 0))
        .toReversed();
      const from = after === null ? 0 : wanted.findIndex(({ id }) => id === after) + 1;
      const isExpanded = query.get('expand[0]') === 'data.payment_intent';
      const data = wanted.slice(from, from + pageSize).map((one) => (isExpanded ? one : told(one)));
      return { object: 'list', url: '/v1/refunds', has_more: from + pageSize < wanted.length, data };
    },
    told,
  };
}

/** As it is told where its intent is not asked for. */
function told(refund: FakeRefund) {
  return { ...refund, payment_intent: refund.payment_intent.id };
}
