import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Providers } from '#payments/provider';
import { createStripeProvider } from '#payments/stripe/client';
import { createFakeDisputes, type FakeDispute } from './fake-disputes.ts';
import { createFakeRefunds, type FakeRefund } from './fake-refunds.ts';
import { createHeldAnswers, type HeldAnswer } from './held-answers.ts';

/** How the next requests to create a charge go wrong. */
export type Fault =
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'drop-request' }
  | { readonly kind: 'error-500' }
  | { readonly kind: 'busy'; readonly retryAfterS: number; readonly code?: string }
  | { readonly kind: 'capture-part'; readonly amount: number };

export interface FakeIntent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  created: number;
  metadata: Record<string, string>;
  payment_method: string;
  last_payment_error: { code: string; decline_code?: string; type: string; message: string } | null;
  latest_charge: { object: 'charge'; id: string; amount_refunded: number; disputed: boolean } | null;
}

/**
 * Stripe as it may behave, with a memory: keys are forgotten after 24 h, an answer that was given for a key is given again, also a 500; answers
 * get lost; what the search finds lags behind the list. Money is only what is in `intents`.
 */
export interface FakeStripe {
  readonly url: string;
  readonly intents: readonly FakeIntent[];
  readonly refunds: readonly FakeRefund[];
  /** Requests to create a charge, by their idempotency key. */
  readonly asked: readonly string[];
  /** Its clock. */
  now: number;
  /** What was written in the last so many seconds is not found by the search. */
  searchLagS: number;
  isAway: boolean;
  /** The list of all charges since an instant breaks off; what is asked of one of them is answered. */
  isListAway: boolean;
  /** Our key may not read disputes. */
  mayReadDisputes: boolean;
  /** The code by which every refund is refused. */
  refuseRefunds: string | undefined;
  fail(...faults: readonly Fault[]): void;
  /** Somebody pays, or refunds, at the provider itself. */
  payByHand(metadata: Record<string, string>, amount: number, currency: string): FakeIntent;
  refundByHand(ref: string, amount: number): FakeRefund;
  forgetRefund(id: string): void;
  /** Its payer takes a charge back through the bank, all of it unless told. How it ends is set on what is returned. */
  dispute(ref: string, told?: Partial<FakeDispute>): FakeDispute;
  /** Keeps the next answer on a route back, such as `POST /v1/refunds`. */
  hold(route: string): HeldAnswer;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

interface Stored extends Reply {
  readonly at: number;
  readonly params: string;
}

const keyLifeMs = 24 * 3_600_000;
const amountMin = 50;
const threeDecimals: ReadonlySet<string> = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
const declines: Readonly<Record<string, { code: string; decline_code: string }>> = {
  pm_card_soft: { code: 'card_declined', decline_code: 'insufficient_funds' },
  pm_card_stolen: { code: 'card_declined', decline_code: 'stolen_card' },
};

export async function startFakeStripe(startAt: number): Promise<FakeStripe> {
  const intents: FakeIntent[] = [];
  const asked: string[] = [];
  const keys = new Map<string, Stored>();
  const faults: Fault[] = [];
  const refunds = createFakeRefunds();
  const answers = createHeldAnswers();
  const disputes = createFakeDisputes();
  const fake: Pick<FakeStripe, 'now' | 'searchLagS' | 'isAway' | 'isListAway' | 'mayReadDisputes' | 'refuseRefunds'> = {
    now: startAt,
    searchLagS: 0,
    isAway: false,
    isListAway: false,
    mayReadDisputes: true,
    refuseRefunds: undefined,
  };

  const server: Server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const params = new URLSearchParams(await bodyOf(request));
    const url = new URL(request.url ?? '/', 'http://stripe');
    const route = `${request.method} ${url.pathname}`;
    const reply = fake.isAway ? undefined : replyTo(route, url, params, String(request.headers['idempotency-key']));
    await answers.passed(route);
    if (!reply) return void response.destroy();
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body);
  }

  /** Undefined where there is no answer. */
  function replyTo(route: string, url: URL, params: URLSearchParams, key: string): Reply | undefined {
    const query = url.searchParams;
    switch (route) {
      case 'POST /v1/payment_intents':
        return create(key, params, createIntent);
      case 'POST /v1/refunds':
        return create(key, params, createRefund);
      case 'GET /v1/payment_intents/search':
        return json(200, search(query));
      case 'GET /v1/payment_intents':
        return fake.isListAway && !query.has('created[lte]')
          ? json(500, problem('api_error', undefined))
          : json(200, list(query));
      case 'GET /v1/refunds':
        return json(200, refunds.list(query));
      case 'GET /v1/disputes':
        return fake.mayReadDisputes
          ? json(200, disputes.list(query))
          : json(403, problem('invalid_request_error', undefined));
      default: {
        const intent = intents.find(({ id }) => url.pathname === `/v1/payment_intents/${id}`);
        return intent ? json(200, intent) : json(404, problem('invalid_request_error', 'resource_missing'));
      }
    }
  }

  function create(
    key: string,
    params: URLSearchParams,
    make: (params: URLSearchParams, fault: Fault | undefined) => { status: number; body: object },
  ): Reply | undefined {
    asked.push(key);
    const known = keys.get(key);
    if (known && fake.now - known.at < keyLifeMs)
      return known.params === params.toString() ? known : json(400, problem('idempotency_error', undefined));
    const fault = faults.shift();
    if (fault?.kind === 'drop-request') return undefined;
    if (fault?.kind === 'busy') {
      const busy = json(429, problem('invalid_request_error', fault.code ?? 'rate_limit'));
      return { ...busy, headers: { 'retry-after': String(fault.retryAfterS) } };
    }
    const { status, body } =
      fault?.kind === 'error-500' ? { status: 500, body: problem('api_error', undefined) } : make(params, fault);
    const made = { ...json(status, body), at: fake.now, params: params.toString() };
    keys.set(key, made);
    return fault?.kind === 'lose-answer' ? undefined : made;
  }

  function createIntent(params: URLSearchParams, fault: Fault | undefined) {
    const amount = Number(params.get('amount'));
    const token = params.get('payment_method') ?? '';
    const currency = params.get('currency') ?? '';
    if (token === 'pm_gone') return { status: 400, body: problem('invalid_request_error', 'resource_missing') };
    if (amount < amountMin) return { status: 400, body: problem('invalid_request_error', 'amount_too_small') };
    if (threeDecimals.has(currency) && amount % 10 !== 0)
      return { status: 400, body: problem('invalid_request_error', 'parameter_invalid_integer') };
    const decline = declines[token];
    const received = fault?.kind === 'capture-part' ? fault.amount : amount;
    const intent: FakeIntent = {
      ...newIntent(metadataOf(params), amount, currency),
      payment_method: token,
      ...(token === 'pm_slow' && { status: 'processing', amount_received: 0 }),
      ...(decline && {
        status: 'requires_payment_method',
        amount_received: 0,
        latest_charge: null,
        last_payment_error: { ...decline, type: 'card_error', message: 'declined' },
      }),
      ...(fault?.kind === 'capture-part' && { amount_received: received }),
    };
    intents.push(intent);
    if (!decline) return { status: 200, body: intent };
    const error = { type: 'card_error', ...decline, message: 'Your card was declined.', payment_intent: intent };
    return { status: 402, body: { error } };
  }

  function createRefund(params: URLSearchParams) {
    const ref = params.get('payment_intent') ?? '';
    const amount = Number(params.get('amount'));
    if (fake.refuseRefunds !== undefined)
      return { status: 400, body: problem('invalid_request_error', fake.refuseRefunds) };
    return { status: 200, body: refunds.told(addRefund(ref, amount, metadataOf(params))) };
  }

  function newIntent(metadata: Record<string, string>, amount: number, currency: string): FakeIntent {
    const id = `pi_${randomBytes(9).toString('hex')}`;
    return {
      id,
      object: 'payment_intent',
      amount,
      amount_received: amount,
      currency,
      status: 'succeeded',
      metadata,
      created: Math.floor(fake.now / 1_000),
      payment_method: '',
      last_payment_error: null,
      latest_charge: { object: 'charge', id: `ch_${id}`, amount_refunded: 0, disputed: false },
    };
  }

  function addRefund(ref: string, amount: number, metadata: Record<string, string>) {
    const intent = intents.find(({ id }) => id === ref);
    return refunds.add(intent, Math.floor(fake.now / 1_000), amount, metadata);
  }

  function search(query: URLSearchParams) {
    const invoice = /metadata\['invoice'\]:'([^']*)'/.exec(query.get('query') ?? '')?.[1];
    const until = fake.now / 1_000 - fake.searchLagS;
    const data = intents.filter(({ metadata, created }) => metadata['invoice'] === invoice && created <= until);
    return { object: 'search_result', url: '/v1/payment_intents/search', has_more: false, data };
  }

  /** Newest first, three to a page. */
  function list(query: URLSearchParams) {
    const [gte, lte] = [Number(query.get('created[gte]') ?? 0), Number(query.get('created[lte]') ?? Infinity)];
    const all = intents.filter(({ created }) => created >= gte && created <= lte).toReversed();
    const after = query.get('starting_after');
    const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const data = all.slice(from, from + 3);
    return { object: 'list', url: '/v1/payment_intents', has_more: from + 3 < all.length, data };
  }

  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    intents,
    refunds: refunds.all,
    asked,
    fail: (...more: readonly Fault[]) => void faults.push(...more),
    payByHand(metadata: Record<string, string>, amount: number, currency: string) {
      const intent = newIntent(metadata, amount, currency.toLowerCase());
      intents.push(intent);
      return intent;
    },
    refundByHand: (ref: string, amount: number) => addRefund(ref, amount, {}),
    forgetRefund: (id: string) => refunds.forget(id),
    hold: (route: string) => answers.hold(route),
    dispute: (ref: string, told: Partial<FakeDispute> = {}) =>
      disputes.add(
        intents.find(({ id }) => id === ref),
        Math.floor(fake.now / 1_000),
        told,
      ),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

export function providersOf({ url }: FakeStripe, timeoutMs = 1_000): Providers {
  return new Map([['stripe', createStripeProvider({ secretKey: 'rk_test_fake', apiBase: url, timeoutMs })]]);
}

function metadataOf(params: URLSearchParams): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const [name, value] of params) {
    const inner = /^metadata\[(.+)\]$/.exec(name)?.[1];
    if (inner !== undefined) metadata[inner] = value;
  }
  return metadata;
}

function problem(type: string, code: string | undefined) {
  return { error: { type, message: 'no', ...(code !== undefined && { code }) } };
}

function json(status: number, body: object): Reply {
  return { status, body: JSON.stringify(body) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
