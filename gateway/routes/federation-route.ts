import type { Context, Hono } from 'hono';
import { refuse } from '../answers/respond.ts';
import type { Env, Handler } from '../context.ts';
import type { Gateway } from '../gateway.ts';
import { guardsOf, type Guard } from '../guards/guarded.ts';
import { createSignedRequest, type Arrival, type FederationRoute } from '../guards/signed-request.ts';
import { scanHeaders } from '../request/scan-headers.ts';

/** A route and the guards around its handler. Only the two makers below make one. */
export interface GuardedRoute {
  readonly route: FederationRoute;
  readonly handler: Handler;
}

const ingestionGuards: readonly Guard[] = ['rate-limit', 'idempotency', 'hmac', 'audit-log'];
const readGuards: readonly Guard[] = ['rate-limit', 'hmac'];
const served = new WeakSet<object>();

/** A POST that a tenant's data comes in by. @throws unless all guards stand around it in their order */
export function ingestionRoute(route: Omit<FederationRoute, 'method' | 'isTarget'>, handler: Handler): GuardedRoute {
  requireGuards(route.path, handler, ingestionGuards);
  return { route: { ...route, method: 'POST', isTarget: (target) => target === route.path }, handler };
}

/** A GET that a tenant signs. @throws unless its guards stand around it in their order */
export function signedRead(route: Omit<FederationRoute, 'method' | 'bodyBytesMax'>, handler: Handler): GuardedRoute {
  requireGuards(route.path, handler, readGuards);
  return { route: { ...route, method: 'GET', bodyBytesMax: 0 }, handler };
}

/** Takes every method: what the route does not take is refused by name, and not as if it were not there. */
export function mount(app: Hono<Env>, gateway: Gateway, { route, handler }: GuardedRoute): void {
  const serve = (c: Context<Env>) => serveRoute(c, gateway, route, handler);
  served.add(serve);
  app.all(route.path, serve);
}

/** @throws when anything under the federation's paths could be reached around the guards */
export function requireOnlyGuarded(app: Hono<Env>): void {
  for (const { path, method, handler } of app.routes) {
    const mayTakeFederation = path.includes('*') || /^\/(:|api\/(:|federation))/.test(path);
    if (mayTakeFederation && method !== 'GET' && !served.has(handler))
      throw new Error(`${method} ${path} is not guarded`);
  }
}

async function serveRoute(c: Context<Env>, gateway: Gateway, route: FederationRoute, handler: Handler) {
  const arrival = arrive(c, gateway, route);
  try {
    return refuseForm(arrival) ?? (await handleSigned(c, arrival, handler));
  } catch (error) {
    gateway.report.failed(arrival, error);
    return refuse(arrival, 'internal');
  } finally {
    if (arrival.seen.hasPlace) gateway.overload.leave();
    if (arrival.seen.body) gateway.bodyMemory.give(arrival.seen.body.length);
    gateway.report.ended(arrival);
  }
}

function arrive({ env }: Context<Env>, gateway: Gateway, route: FederationRoute): Arrival {
  const { incoming, outgoing } = env;
  return {
    id: gateway.nextRequestId(),
    gateway,
    route,
    incoming,
    outgoing,
    requestTarget: incoming.url ?? '',
    addressPrefix: gateway.prefixOf(incoming),
    arrivedMs: performance.now(),
    receivedAt: gateway.now(),
    seen: {},
  };
}

/** What can be seen without any work: overload, method, target, headers, content type. */
function refuseForm(arrival: Arrival): Response | undefined {
  const { gateway, route, incoming, requestTarget, seen } = arrival;
  seen.isTurnedAway = gateway.overload.isShedding();
  if (seen.isTurnedAway) return refuse(arrival, 'unavailable');
  if (incoming.method !== route.method) return refuse(arrival, 'method_not_allowed');
  if (!route.isTarget(requestTarget)) return refuse(arrival, 'target_invalid');
  const scan = scanHeaders(incoming.rawHeaders, route.method === 'POST');
  if (!scan.ok) return refuse(arrival, scan.code, scan.code === 'header_missing' ? { headerNames: scan.names } : {});
  if (route.method === 'POST' && !scan.headers.hasJsonContent) return refuse(arrival, 'content_type_unsupported');
  seen.headers = scan.headers;
  return undefined;
}

function handleSigned(c: Context<Env>, arrival: Arrival, handler: Handler): Promise<Response> {
  const { headers } = arrival.seen;
  if (!headers) throw new Error('handled before its headers were read');
  c.set('request', createSignedRequest(arrival, headers));
  return handler(c);
}

function requireGuards(path: string, handler: Handler, guards: readonly Guard[]) {
  const found = guardsOf(handler);
  if (found.join() !== guards.join())
    throw new Error(`${path} must stand inside ${guards.join(', ')}, not ${found.join(', ')}`);
}
