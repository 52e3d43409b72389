import { createHash } from 'node:crypto';
import type { Dice } from './random.ts';
import { stories, type Step } from './stories.ts';

/** A request as a tenant makes it: its bytes and its idempotency key, which stay through every repeat. */
export interface Request {
  readonly tenantId: string;
  readonly idempotencyKey: string;
  readonly route: 'events' | 'usage';
  readonly content: object;
  readonly body: Uint8Array;
  /** False: the gateway must refuse it for its body, and nothing may be left of it. */
  readonly isValid: boolean;
}

export interface PlanOptions {
  readonly dice: Dice;
  readonly tenants: readonly [string, ...string[]];
  readonly requests: number;
}

const duplicateShare = 0.1;
const displacedShare = 0.1;
const twinShare = 0.03;
const batchShare = 0.04;
const invalidShare = 0.02;
const displacedBy = 12;
const repeatedWithin = 40;
const batchRowsMax = 20;
const yearStart = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;

/** What is sent, in order of sending: histories of many things mixed, some events out of order, some requests twice, some invalid. */
export function makePlan({ dice, tenants, requests }: PlanOptions): Request[] {
  const told: Request[] = [];
  for (let number = 0; told.length < requests; number++) {
    const tenantId = dice.pick(tenants);
    if (dice.chance(batchShare)) told.push(usageBatch(tenantId, `batch-${number}`, dice));
    else if (dice.chance(invalidShare)) told.push(invalidRequest(tenantId, `invalid-${number}`));
    else told.push(...tellStory(tenantId, `thing-${number}`, dice));
  }
  return repeatSome(displaceSome(mixed(told.slice(0, requests), dice), dice), dice);
}

/** The event's id is a function of tenant and idempotency key alone; worked out here from the wire's own words. */
export function expectedId({ tenantId, idempotencyKey }: Request): string {
  const digest = createHash('sha256').update(`federation-event\n${tenantId}\n${idempotencyKey}`).digest();
  return `evt_${digest.subarray(0, 20).toString('base64url')}`;
}

export function eventRequest(tenantId: string, idempotencyKey: string, step: Step, occurredMinute: number): Request {
  const occurredAt = new Date(yearStart + occurredMinute * minuteMs).toISOString();
  const content = { type: step.type, tenantId, occurredAt, data: step.data };
  return request(tenantId, idempotencyKey, 'events', content, true);
}

export function usageRequest(tenantId: string, idempotencyKey: string, rows: readonly object[]): Request {
  const content = rows.map((row) => ({ tenantId, ...row }));
  return request(tenantId, idempotencyKey, 'usage', content, true);
}

function request(tenantId: string, idempotencyKey: string, route: Request['route'], content: object, isValid: boolean) {
  return { tenantId, idempotencyKey, route, content, isValid, body: Buffer.from(JSON.stringify(content)) };
}

function tellStory(tenantId: string, id: string, dice: Dice): Request[] {
  const first = dice.below(300_000);
  return dice
    .pick(stories)(id, dice)
    .flatMap((step, index) => {
      const minute = first + index * (1 + dice.below(100));
      const one = eventRequest(tenantId, `${id}-${index}`, step, minute);
      // Told again under a key of its own, as a second system of the tenant might.
      return dice.chance(twinShare) ? [one, eventRequest(tenantId, `${id}-${index}-twin`, step, minute)] : [one];
    });
}

function usageBatch(tenantId: string, id: string, dice: Dice): Request {
  const rows = Array.from({ length: 1 + dice.below(batchRowsMax) }, (_, index) => ({
    id: `${id}-${index}`,
    meter: 'api_calls',
    quantity: `${dice.below(1_000)}.25`,
    windowStart: '2026-02-01T00:00:00Z',
    windowEnd: '2026-02-01T01:00:00Z',
  }));
  return usageRequest(tenantId, id, rows);
}

function invalidRequest(tenantId: string, id: string): Request {
  const content = { type: 'lead.created', tenantId, occurredAt: '2026-01-01T00:00:00Z', data: { leadId: id } };
  return request(tenantId, id, 'events', content, false);
}

// Each story keeps its order, many of them run beside each other.
function mixed(told: readonly Request[], dice: Dice): Request[] {
  return told
    .map((one, index) => ({ one, place: index + dice.below(displacedBy) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

function displaceSome(told: readonly Request[], dice: Dice): Request[] {
  const moved = told.map((one, index) => ({
    one,
    place: dice.chance(displacedShare) ? index + dice.below(displacedBy * 4) : index,
  }));
  return moved.toSorted((a, b) => a.place - b.place).map(({ one }) => one);
}

function repeatSome(told: readonly Request[], dice: Dice): Request[] {
  const repeats = told.flatMap((one, index) =>
    dice.chance(duplicateShare) ? [{ one, place: index + 0.5 + dice.below(repeatedWithin) }] : [],
  );
  const firsts = told.map((one, index) => ({ one, place: index }));
  return [...firsts, ...repeats].toSorted((a, b) => a.place - b.place).map(({ one }) => one);
}
