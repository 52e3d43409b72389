import { randomBytes } from 'node:crypto';
import type { FakeIntent } from './fake-stripe.ts';

export interface FakeDispute {
  readonly id: string;
  readonly object: 'dispute';
  readonly created: number;
  readonly payment_intent: FakeIntent;
  readonly currency: string;
  amount: number;
  status: string;
  balance_transactions: { readonly fee: number; readonly currency: string }[];
}

/** The disputes that the fake Stripe has. */
export function createFakeDisputes() {
  const disputes: FakeDispute[] = [];
  return {
    add(intent: FakeIntent | undefined, created: number, told: Partial<FakeDispute>): FakeDispute {
      if (!intent?.latest_charge) throw new Error('only a charge is disputed');
      intent.latest_charge.disputed = true;
      const dispute: FakeDispute = {
        id: `du_${randomBytes(6).toString('hex')}`,
        object: 'dispute',
        created,
        payment_intent: intent,
        currency: intent.currency,
        amount: intent.amount_received,
        status: 'needs_response',
        balance_transactions: [],
        ...told,
      };
      disputes.push(dispute);
      return dispute;
    },
    /** With their intent, as who asks for it gets it. */
    list(query: URLSearchParams) {
      const [of, gte] = [query.get('payment_intent'), Number(query.get('created[gte]') ?? 0)];
      const isExpanded = query.get('expand[0]') === 'data.payment_intent';
      const data = disputes
        .filter(({ payment_intent: { id }, created }) => (of === null || of === id) && created >= gte)
        .map((one) => (isExpanded ? one : { ...one, payment_intent: one.payment_intent.id }));
      return { object: 'list', url: '/v1/disputes', has_more: false, data };
    },
  };
}
