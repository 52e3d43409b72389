import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { sandboxCharge } from '#domain/billing/sandbox';
import type { SandboxBook } from './book.ts';
import {
  chargeRequestSchema,
  clockHeader,
  clockSchema,
  pageSize,
  refundRequestSchema,
  type ChargeRequest,
  type ListedRefund,
  type RefundRequest,
  type SandboxChargeRow,
} from './wire.ts';

export interface SandboxOptions {
  readonly book: SandboxBook;
  readonly now: () => number;
  /** How long an answer takes. */
  readonly answerMs: number;
  /** After this long a caller that is to get no answer is cut off. */
  readonly hangMs: number;
}

/** `none`: the caller hears nothing. */
type Answer = { readonly status: number; readonly body: object } | 'none';

const bodyBytesMax = 16 * 1024;

/** The sandbox provider's HTTP server: it remembers, and what it answers is chosen by the token of the payment method alone. */
export function createSandboxServer(options: SandboxOptions): Server {
  return createServer((request, response) => {
    void respond(options, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"code":"internal"}');
    });
  });
}

async function respond(options: SandboxOptions, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const answer = await answerTo(options, request, url);
  if (url.pathname !== '/healthz') await pause(options.answerMs);
  if (answer === 'none') {
    await pause(options.hangMs, undefined, { ref: false });
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(answer.body));
}

async function answerTo(options: SandboxOptions, request: IncomingMessage, url: URL): Promise<Answer> {
  const { book } = options;
  const clock = clockSchema.safeParse(request.headers[clockHeader]);
  if (!clock.success) return invalid;
  const at = clock.data ?? options.now();
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /healthz':
      return { status: 200, body: { ok: true } };
    case 'POST /v1/charges':
      return charge(book, at, chargeRequestSchema.safeParse(await readJson(request)).data);
    case 'POST /v1/refunds':
      return refund(book, at, refundRequestSchema.safeParse(await readJson(request)).data);
    case 'GET /v1/charges':
      return { status: 200, body: listCharges(book.charges, url.searchParams) };
    case 'GET /v1/charge':
      return found(book.charge(url.searchParams.get('ref') ?? ''));
    case 'GET /v1/refunds':
      return { status: 200, body: listRefunds(book, url.searchParams) };
    default:
      return { status: 404, body: { code: 'not_found' } };
  }
}

/** A key that is known answers what it answered, or would have; the charge is made once. */
function charge(book: SandboxBook, at: number, order: ChargeRequest | undefined): Answer {
  if (!order) return invalid;
  const { orgId, invoiceId, token } = order;
  const before = book.chargeByKey(order.key);
  if (before) return isSame(before, order) ? chargeAnswer(before) : { status: 409, body: { code: 'key_reused' } };
  const met = sandboxCharge(token, book.tried(orgId, invoiceId, token));
  if (!met) return { status: 400, body: { code: 'method_unknown' } };
  if (met.answer === 'none' && !met.isCharged) {
    book.noteTried(orgId, invoiceId, token);
    return 'none';
  }
  const made: SandboxChargeRow = {
    ...order,
    ref: `ch_${book.charges.length + 1}`,
    status: met.isCharged ? 'succeeded' : 'failed',
    ...(met.answer === 'declined_hard' && { decline: 'hard', code: 'card_stolen' }),
    ...(met.answer === 'declined_soft' && { decline: 'soft', code: 'insufficient_funds' }),
    at,
    refundedMinor: '0',
  };
  book.addCharge(made);
  return met.answer === 'none' ? 'none' : chargeAnswer(made);
}

function refund(book: SandboxBook, at: number, order: RefundRequest | undefined): Answer {
  if (!order) return invalid;
  const before = book.refundByKey(order.key);
  if (before) return { status: 200, body: before };
  const charged = book.charge(order.chargeRef);
  if (charged?.status !== 'succeeded') return { status: 402, body: { code: 'charge_not_found' } };
  if (BigInt(charged.refundedMinor) + BigInt(order.amountMinor) > BigInt(charged.amountMinor))
    return { status: 402, body: { code: 'refund_exceeds_charge' } };
  const made = { ...order, ref: `re_${order.key}`, at };
  book.addRefund(made);
  return { status: 200, body: made };
}

function listCharges(charges: readonly SandboxChargeRow[], query: URLSearchParams) {
  const [org, invoice] = [query.get('org'), query.get('invoice')];
  if (invoice !== null) return { charges: charges.filter((one) => one.orgId === org && one.invoiceId === invoice) };
  const { page, next } = pageOf(charges, query);
  return { charges: page, next };
}

/** Of one charge, or all since. */
function listRefunds(book: SandboxBook, query: URLSearchParams) {
  const of = query.get('charge');
  const listed =
    of === null
      ? pageOf(book.refunds, query)
      : { page: book.refunds.filter(({ chargeRef }) => chargeRef === of), next: undefined };
  const page = listed.page.flatMap((one): ListedRefund[] => {
    const charged = book.charge(one.chargeRef);
    return charged ? [{ ...one, orgId: charged.orgId, invoiceId: charged.invoiceId, currency: charged.currency }] : [];
  });
  return { refunds: page, next: listed.next };
}

function pageOf<T extends { readonly at: number }>(all: readonly T[], query: URLSearchParams) {
  const [since, from] = [Number(query.get('since') ?? 0), Number(query.get('from') ?? 0)];
  const page = all.slice(from, from + pageSize).filter(({ at }) => at >= since);
  const next = from + pageSize < all.length ? from + pageSize : undefined;
  return { page, next };
}

const invalid: Answer = { status: 400, body: { code: 'request_invalid' } };

function chargeAnswer(made: SandboxChargeRow): Answer {
  return { status: made.status === 'succeeded' ? 200 : 402, body: made };
}

function found(row: object | undefined): Answer {
  return row ? { status: 200, body: row } : { status: 404, body: { code: 'not_found' } };
}

function isSame(before: SandboxChargeRow, order: ChargeRequest): boolean {
  return (
    before.amountMinor === order.amountMinor &&
    before.currency === order.currency &&
    before.orgId === order.orgId &&
    before.invoiceId === order.invoiceId
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
