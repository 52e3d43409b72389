import type { IncomingMessage } from 'node:http';
import type { Hono } from 'hono';
import type pg from 'pg';
import { secondMs, type EpochMs } from '#domain/instants';
import { readWebhook, type ToldEvent } from '#payments/stripe/webhook';
import { jsonAnswer, plainAnswer, plainProblem } from '../answers/plain.ts';
import type { Env } from '../context.ts';
import type { Gateway } from '../gateway.ts';
import { readBody } from '../request/read-body.ts';

/** What the route of a payment provider's webhooks works with. */
export interface ProviderWebhooks {
  readonly db: pg.Pool;
  /** Any of them may have signed: while one replaces another, both do. */
  readonly secrets: readonly string[];
  /** After the commit of the event's row. Never throws, never waits. */
  readonly start: (provider: string, id: string) => void;
}

export const webhookPath = '/api/payments/stripe/webhook';
const provider = 'stripe';
const bodyBytesMax = 256 * 1024;

/**
 * Takes what a payment provider tells. Its signature over the raw bytes is all that vouches for it; a row, committed once, is the acceptance,
 * and what follows asks the provider for the object as it is. Without a secret there is no such route.
 */
export function mountProviderWebhook(app: Hono<Env>, gateway: Gateway, webhooks: ProviderWebhooks | undefined): void {
  app.all(webhookPath, async (c) => {
    const response = webhooks ? await answer(gateway, webhooks, c.env) : plainProblem(gateway, 'not_found');
    gateway.report.unsigned(webhookPath, response.status);
    return response;
  });
}

async function answer(gateway: Gateway, webhooks: ProviderWebhooks, { incoming, outgoing }: Env['Bindings']) {
  if (incoming.method !== 'POST') return plainProblem(gateway, 'method_not_allowed', { allow: 'POST' });
  if (gateway.overload.isShedding()) return plainProblem(gateway, 'unavailable', { 'retry-after': '5' });
  const address = gateway.prefixOf(incoming);
  const { waitMs } = gateway.addresses.check(address);
  if (waitMs > 0) return plainProblem(gateway, 'rate_limited', { 'retry-after': String(Math.ceil(waitMs / secondMs)) });
  const body = await readBody(incoming, outgoing, bodyBytesMax, gateway.bodyMemory, address);
  if (!body.ok) return plainProblem(gateway, body.failure === 'too-large' ? 'body_too_large' : 'unavailable', closing);
  try {
    const told = verified(webhooks.secrets, incoming, body.bytes, gateway.now());
    if (told) return await accept(gateway, webhooks, told);
    gateway.addresses.charge(address);
    return refusal(gateway);
  } finally {
    gateway.bodyMemory.give(body.bytes.length);
  }
}

const closing = { connection: 'close' };

async function accept(gateway: Gateway, { db, start }: ProviderWebhooks, { id, type, objectRef }: ToldEvent) {
  try {
    await db.query({
      name: 'provider-event',
      text: `insert into provider_event (provider, id, type, object_ref, received_at) values ($1, $2, $3, $4, clock_timestamp())
        on conflict do nothing`,
      values: [provider, id, type, objectRef],
    });
  } catch (error) {
    gateway.report.defect(error);
    return plainProblem(gateway, 'unavailable', { 'retry-after': '5' });
  }
  start(provider, id);
  return jsonAnswer(gateway, 200, { ok: true });
}

function verified(secrets: readonly string[], incoming: IncomingMessage, bytes: Buffer, now: EpochMs) {
  const { 'stripe-signature': signature } = incoming.headers;
  if (typeof signature !== 'string') return undefined;
  for (const secret of secrets) {
    const told = readWebhook(bytes, signature, secret, Math.floor(now / secondMs));
    if (told) return told;
  }
  return undefined;
}

/** Nothing is said about what is wrong with it. */
function refusal(gateway: Gateway): Response {
  const body = JSON.stringify({ type: 'about:blank', title: 'Bad Request', status: 400 });
  return plainAnswer(gateway, 400, 'application/problem+json', body);
}
