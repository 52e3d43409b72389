import Stripe from 'stripe';
import { dayMs, hourMs, secondMs, type EpochMs } from '#domain/instants';
import { amountNotChargeable } from '../chargeable.ts';
import type {
  ChargeAnswer,
  ChargeOrder,
  LookUp,
  OfChargeOrSince,
  PaymentProvider,
  ProviderCharge,
  RefundAnswer,
  RefundOrder,
} from '../provider.ts';
import { answerOfError, refundAnswerOfError } from './answers.ts';
import { chargeOfIntent } from './charge-of-intent.ts';
import { disputeOf } from './dispute-of.ts';
import { madeRefund, refundOf } from './refund-of.ts';
import { toStripeAmount } from './currency.ts';

export interface StripeClientOptions {
  /** A restricted key: it may write intents and refunds, and read charges and disputes. */
  readonly secretKey: string;
  readonly apiBase?: string | undefined;
  readonly timeoutMs: number;
}

const pageSize = 100;
/** Around the instant at which an attempt was sent: their clock and ours may differ. */
const clockSlackMs = hourMs;
const expand = ['latest_charge'];

/** Stripe by its own library. The library never repeats a call: what may be sent again is decided by who knows the attempt. */
export function createStripeProvider({ secretKey, apiBase, timeoutMs }: StripeClientOptions): PaymentProvider {
  const stripe = new Stripe(secretKey, {
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
    // The other client sends a request again by itself when its connection closes.
    httpClient: Stripe.createFetchHttpClient(),
    ...(apiBase && addressOf(apiBase)),
  });
  return {
    name: 'stripe',
    charge: (order) => charge(stripe, order),
    chargesOf: (wanted) => chargesOf(stripe, wanted),
    async read(ref) {
      const intent = await stripe.paymentIntents.retrieve(ref, { expand }).catch(undefinedIfMissing);
      return intent && chargeOfIntent(intent);
    },
    refund: (order) => refund(stripe, order),
    async *chargesSince(since) {
      for await (const page of intentsOf(stripe, { gte: inSeconds(since) })) yield page.map(chargeOfIntent);
    },
    async *refunds(of) {
      const listed = { ...wanted(of), limit: pageSize, expand: ['data.payment_intent'] };
      for await (const page of pagesOf((after) => stripe.refunds.list({ ...listed, ...after })))
        yield page.flatMap(refundOf);
    },
    async *disputes(of) {
      const listed = stripe.disputes.list({ ...wanted(of), limit: pageSize, expand: ['data.payment_intent'] });
      for await (const dispute of listed) {
        const intent = dispute.payment_intent;
        if (intent !== null && typeof intent === 'object') yield disputeOf(dispute, intent);
      }
    },
  };
}

async function charge(stripe: Stripe, order: ChargeOrder): Promise<ChargeAnswer> {
  const { key, orgId, invoiceId, token, amountMinor, currency } = order;
  const amount = toStripeAmount(amountMinor, currency);
  if (amount === undefined) return { status: 'refused', decline: 'hard', code: amountNotChargeable };
  const [customer, method = customer] = token.includes('/') ? token.split('/') : [undefined, token];
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount,
        currency: currency.toLowerCase(),
        ...(customer !== undefined && { customer }),
        ...(method !== undefined && { payment_method: method }),
        confirm: true,
        off_session: true,
        metadata: { org: orgId, invoice: invoiceId, key },
        expand,
      },
      { idempotencyKey: key },
    );
    return { status: 'known', charge: chargeOfIntent(intent) };
  } catch (error) {
    return answerOfError(error);
  }
}

/** By what we wrote on them. The search lags behind, so that what it does not find is looked for in the list. */
async function chargesOf(stripe: Stripe, { key, sentAt, orgId, invoiceId }: LookUp): Promise<ProviderCharge[]> {
  const isWanted = ({ metadata }: Stripe.PaymentIntent) =>
    metadata['org'] === orgId && metadata['invoice'] === invoiceId;
  const { data } = await stripe.paymentIntents.search({
    query: `metadata['invoice']:'${invoiceId}'`,
    limit: pageSize,
    expand: ['data.latest_charge'],
  });
  const found = new Map(data.filter(isWanted).map((intent) => [intent.id, intent]));
  if (!data.some(({ metadata }) => metadata['key'] === key)) {
    const sent = { gte: inSeconds(sentAt - clockSlackMs), lte: inSeconds(sentAt + dayMs + clockSlackMs) };
    for await (const page of intentsOf(stripe, sent))
      for (const intent of page.filter(isWanted)) found.set(intent.id, intent);
  }
  return [...found.values()].map(chargeOfIntent);
}

function intentsOf(stripe: Stripe, created: { gte: number; lte?: number }) {
  const listed = { created, limit: pageSize, expand: ['data.latest_charge'] };
  return pagesOf((after) => stripe.paymentIntents.list({ ...listed, ...after }));
}

async function* pagesOf<T extends { readonly id: string }>(
  list: (after: { starting_after?: string }) => PromiseLike<Stripe.ApiList<T>>,
) {
  for (let after: string | undefined; ;) {
    const page: Stripe.ApiList<T> = await list(after === undefined ? {} : { starting_after: after });
    yield page.data;
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return;
  }
}

function wanted(of: OfChargeOrSince) {
  return 'since' in of ? { created: { gte: inSeconds(of.since) } } : { payment_intent: of.chargeRef };
}

async function refund(stripe: Stripe, order: RefundOrder): Promise<RefundAnswer> {
  const { key, chargeRef, amountMinor, currency, orgId, invoiceId } = order;
  const amount = toStripeAmount(amountMinor, currency);
  if (amount === undefined) return { status: 'refused', code: amountNotChargeable };
  const metadata = { org: orgId, invoice: invoiceId, key };
  try {
    const made = await stripe.refunds.create({ payment_intent: chargeRef, amount, metadata }, { idempotencyKey: key });
    return { status: 'known', refund: madeRefund(made) };
  } catch (error) {
    return refundAnswerOfError(error);
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return undefined;
  throw error;
}

function addressOf(apiBase: string): { protocol: 'http' | 'https'; host: string; port?: string } {
  const { protocol, hostname, port } = new URL(apiBase);
  return { protocol: protocol === 'http:' ? 'http' : 'https', host: hostname, ...(port && { port }) };
}

function inSeconds(at: EpochMs): number {
  return Math.floor(at / secondMs);
}
