import type pg from 'pg';
import { hourMs, minuteMs } from '#domain/instants';
import { eventTypes } from '#domain/event-types';
import type { EventType } from '#domain/events';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { acceptRequests, addAttempts, addOrgs, decideAll } from './requests.ts';
import type { Accepted, Attempt } from './requests.ts';

export const demoOrgs: readonly { readonly id: string; readonly name: string; readonly keyId: string }[] = [
  { id: 'acme', name: 'Acme Industries', keyId: 'fk_live_acme' },
  { id: 'northwind', name: 'Northwind Traders', keyId: 'fk_live_northwind' },
  { id: 'globex', name: 'Globex', keyId: 'fk_live_globex' },
  { id: 'initech', name: 'Initech', keyId: 'fk_live_initech' },
  { id: 'umbra-health', name: 'Umbra Health', keyId: 'fk_live_umbra' },
  { id: 'kessel-freight', name: 'Kessel Freight', keyId: 'fk_live_kessel' },
  { id: 'lumen-energy', name: 'Lumen Energy', keyId: 'fk_live_lumen' },
  { id: 'brightside', name: 'Brightside Studio', keyId: 'fk_live_brightside' },
  { id: 'orchard-bank', name: 'Orchard Bank', keyId: 'fk_live_orchard' },
  { id: 'pinecrest', name: 'Pinecrest Logistics', keyId: 'fk_live_pinecrest' },
  { id: 'solstice', name: 'Solstice Software', keyId: 'fk_live_solstice' },
  { id: 'vantage', name: 'Vantage Analytics', keyId: 'fk_live_vantage' },
];

const weights: readonly (readonly [EventType, number])[] = [
  ['lead.created', 20],
  ['lead.converted', 6],
  ['subscription.created', 5],
  ['subscription.updated', 7],
  ['subscription.canceled', 1],
  ['usage.reported', 12],
  ['addon.purchased', 4],
  ['addon.refunded', 1],
  ['incident.opened', 2],
  ['incident.escalated', 1],
  ['incident.resolved', 2],
  ['invoice.issued', 6],
  ['invoice.paid', 5],
  ['invoice.payment_failed', 1],
  ['invoice.refunded', 1],
  ['ai.used', 22],
  ['ai.credits_purchased', 1],
  ['evaluation.completed', 2],
];

const refusals = [
  { status: 401, code: 'signature_invalid' },
  { status: 401, code: 'signature_invalid' },
  { status: 401, code: 'timestamp_skewed' },
  { status: 429, code: 'rate_limited' },
  { status: 400, code: 'body_invalid' },
  { status: 400, code: 'header_missing' },
  { status: 409, code: 'nonce_replayed' },
  { status: 422, code: 'idempotency_key_reused' },
  { status: 403, code: 'scope_denied' },
  { status: 503, code: 'unavailable' },
] as const;

export interface DemoOptions {
  /** The seed's "now"; everything was received before it. */
  readonly now: number;
  /** In the last day; the days before get fewer. */
  readonly eventsPerDay: number;
  readonly days?: number;
  readonly seed?: number;
}

/** Organisations with a few days of deliveries: most applied, some rejected, a few waiting, some refused or repeated. */
export async function seedDemo(db: pg.Pool, { now, eventsPerDay, days = 3, seed = 7 }: DemoOptions): Promise<void> {
  const random = createRandom(seed);
  await addOrgs(db, demoOrgs);
  const accepted: Accepted[] = [];
  for (let day = 0; day < days; day++) {
    const count = Math.round(eventsPerDay * (1 - 0.12 * day));
    for (let index = 0; index < count; index++)
      accepted.push(requestOf(random, now - day * 24 * hourMs - moment(random), accepted.length));
  }
  accepted.sort((a, b) => a.receivedAt - b.receivedAt);
  const refs = await acceptRequests(db, accepted);
  const waiting = 3;
  await decideAll(
    db,
    refs.slice(0, -waiting),
    () => 6 + random.below(40) + (random.chance(0.03) ? random.below(900) : 0),
  );
  await addAttempts(db, attemptsOf(random, accepted, now, days));
}

// More by day than by night.
function moment(random: Random) {
  const at = random.below(24 * hourMs);
  const isQuiet = at % (24 * hourMs) > 14 * hourMs;
  return isQuiet && random.chance(0.6) ? random.below(14 * hourMs) : at;
}

function requestOf(random: Random, receivedAt: number, index: number): Accepted {
  const { id: org, keyId } = random.pick(demoOrgs);
  const type = random.weighted(weights);
  const occurredAt = new Date(receivedAt - 200 - random.below(2 * minuteMs)).toISOString();
  if (type === 'usage.reported' && random.chance(0.7)) {
    return {
      org,
      keyId,
      receivedAt,
      idempotencyKey: `usage-${index}-${org}`,
      body: usageRows(random, org, receivedAt),
    };
  }
  return {
    org,
    keyId,
    receivedAt,
    idempotencyKey: `${type.replace('.', '-')}-${(index * 7919).toString(36)}-${random.below(1e6)}`,
    body: { type, tenantId: org, occurredAt, data: dataOf(random, type, index) },
  };
}

function usageRows(random: Random, tenantId: string, at: number) {
  const start = Math.floor(at / hourMs) * hourMs - hourMs;
  return Array.from({ length: 1 + random.below(8) }, () => ({
    tenantId,
    meter: random.pick(['emails_sent', 'api_calls', 'storage_gb']),
    quantity: random.below(5_000),
    windowStart: new Date(start).toISOString(),
    windowEnd: new Date(start + hourMs).toISOString(),
  }));
}

const people = ['Mara Lindqvist', 'Jonas Weber', 'Priya Raman', 'Tomás Ortega', 'Aiko Tanaka'] as const;
const companies = ['Harbor & Sons', 'Quill Legal', 'Tessera Labs', 'Monarch Foods', 'Fjord Outdoor'] as const;

// Ids from a small pool, so that events meet each other on one thing.
function dataOf(random: Random, type: EventType, index: number): Record<string, unknown> {
  const example: Record<string, unknown> = { ...eventTypes[type].example };
  const pool = type === 'ai.used' || type === 'lead.created' ? index : random.below(60);
  for (const name of ['leadId', 'subscriptionId', 'purchaseId', 'incidentId', 'invoiceId', 'usageId', 'runId']) {
    if (name in example) example[name] = `${String(example[name]).split('-')[0]}-${10_000 + pool}`;
  }
  for (const name of ['paymentId', 'refundId'])
    if (name in example) example[name] = `${String(example[name])}-${index}`;
  if (type === 'lead.created')
    Object.assign(example, {
      company: random.pick(companies),
      name: random.pick(people),
      valueMinor: 50_000 + random.below(900_000),
    });
  return example;
}

function attemptsOf(random: Random, accepted: readonly Accepted[], now: number, days: number): Attempt[] {
  const attempts: Attempt[] = [];
  for (let index = 0; index < accepted.length * 0.05; index++) {
    const refusal = random.pick(refusals);
    const at = now - 1 - random.below(days * 24 * hourMs);
    const isStranger = refusal.status === 401 && refusal.code === 'signature_invalid';
    const org = random.pick(demoOrgs);
    attempts.push({
      ...refusal,
      at,
      keyId: org.keyId,
      latencyMs: 0.8 + random.below(60) / 10,
      repeats: isStranger ? 1 + random.below(4) : 1,
      ...(isStranger
        ? {}
        : {
            org: org.id,
            idempotencyKey: `order-${index}`,
            headers: headersOf(org.keyId, at),
            body: bodyOf(refusal.code, org.id, at),
          }),
      ...(refusal.code === 'body_invalid'
        ? {
            issues: [
              { path: 'data.valueMinor', message: 'Expected an integer of minor units' },
              { path: 'data.currency', message: 'Required where there is money' },
            ],
          }
        : {}),
    });
  }
  for (const request of accepted.filter((_, index) => index % 53 === 0)) {
    const at = request.receivedAt + 1_500 + random.below(20_000);
    if (at < now)
      attempts.push({
        at,
        status: 200,
        code: 'replayed',
        org: request.org,
        keyId: request.keyId,
        idempotencyKey: request.idempotencyKey,
        latencyMs: 1.1,
      });
  }
  return attempts.sort((a, b) => a.at - b.at);
}

function headersOf(keyId: string, at: number) {
  return {
    host: 'gateway.example.com',
    'content-type': 'application/json',
    'user-agent': 'tributary-client/1.0',
    'x-provider-keyid': keyId,
    'x-timestamp': String(Math.floor(at / 1_000)),
    'x-nonce': 'b3JkZXItMjAyNi0xMS0yNA',
  };
}

function bodyOf(code: string, tenantId: string, at: number) {
  const data =
    code === 'body_invalid' ? { leadId: 'L-77', source: 'web', valueMinor: 12.5 } : { leadId: 'L-77', source: 'web' };
  return JSON.stringify({ type: 'lead.created', tenantId, occurredAt: new Date(at).toISOString(), data });
}
