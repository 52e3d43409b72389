import { problems, type ProblemCode } from '#domain/errors';
import type { Arrival } from '../guards/signed-request.ts';
import type { AddressStanding } from '../limits/address-buckets.ts';
import { expectsContinue, isWithoutBody } from '../request/read-body.ts';
import type { OutcomeCode } from './outcome.ts';
import type { ProblemMore } from './problems.ts';

type Headers = Record<string, string>;

interface RefusalMore extends ProblemMore {
  readonly retryAfterS?: number;
  readonly address?: AddressStanding;
}

const drainedBytesMax = 64 * 1024;
const unavailableRetrySMax = 5;

/** Refuses a request with one of the contract's codes. */
export function refuse(request: Arrival, code: ProblemCode, more: RefusalMore = {}): Response {
  const { gateway, seen, id } = request;
  const body = gateway.problems.body(code, id, more);
  const { status } = problems[code];
  seen.outcome = { status, code, body, issues: more.issues };
  const headers = headersOf(request, 'application/problem+json');
  const retryAfterS = code === 'unavailable' ? jitteredRetryS() : more.retryAfterS;
  if (retryAfterS !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterS)));
  if (code === 'method_not_allowed') headers['allow'] = request.route.method;
  if (more.address) Object.assign(headers, addressHeaders(request, more.address));
  return new Response(body, { status, headers });
}

/** Refuses what no key's secret has signed although work was done for it: its address pays. */
export function refuseStranger(request: Arrival, code: ProblemCode): Response {
  request.gateway.addresses.charge(request.addressPrefix);
  return refuse(request, code);
}

/** A 200. `body` is what an idempotency record keeps, byte for byte. */
export function answer(request: Arrival, code: OutcomeCode, body: string, isReplayed = false): Response {
  request.seen.outcome = { status: 200, code, body };
  const headers = headersOf(request, 'application/json');
  if (isReplayed) headers['idempotency-replayed'] = 'true';
  return new Response(body, { status: 200, headers });
}

function headersOf(request: Arrival, contentType: string): Headers {
  const headers: Headers = {
    'content-type': contentType,
    'x-request-id': request.id,
    'cache-control': 'no-store',
  };
  const { key, admission } = request.seen;
  if (key && admission) {
    headers['ratelimit-policy'] = key.limit.policy;
    headers['ratelimit'] = `"key";r=${admission.remaining};t=${Math.ceil(admission.resetMs / 1_000)}`;
  }
  if (request.gateway.stop.isStopping() || isBodyLeft(request)) headers['connection'] = 'close';
  return headers;
}

function addressHeaders({ gateway }: Arrival, standing: AddressStanding): Headers {
  const { ratePerS, burst } = gateway.addresses;
  return {
    'ratelimit-policy': `"address";q=${burst};w=${Math.ceil(burst / ratePerS)}`,
    ratelimit: `"address";r=${standing.remaining};t=${Math.ceil(standing.resetMs / 1_000)}`,
  };
}

/** A small body that nobody read is drained by Node, so that the connection can go on; any other ends it. */
function isBodyLeft({ incoming, route, seen }: Arrival): boolean {
  if (seen.body || isWithoutBody(incoming)) return false;
  const declared = incoming.headers['content-length'];
  return (
    declared === undefined ||
    Number(declared) > Math.min(drainedBytesMax, Math.max(route.bodyBytesMax, 1)) ||
    expectsContinue(incoming)
  );
}

function jitteredRetryS(): number {
  return 1 + Math.floor(Math.random() * unavailableRetrySMax);
}
