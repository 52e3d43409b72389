import { beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { subjectOf } from '#domain/event-types';
import { parseEvent } from '#domain/events';
import type { EventRef } from '#domain/ids';
import { usageBatchType } from '#domain/usage';
import { useBooks } from '../support/books.ts';
import { makeOrg } from '../support/events.ts';
import { differences } from './harness/compare.ts';
import { expectedOf } from './harness/oracle.ts';
import { expectedId, makePlan, type Request } from './harness/plan.ts';
import { chooseSeed, createDice } from './harness/random.ts';
import { dishonestAnswers, violationsAtRest } from './harness/verify.ts';

const tenants: [string, ...string[]] = ['one', 'two'];
const requests = 400;
const setSize = 25;
const { admin, worker } = await useBooks();
let accepted: Request[];

// The books of a plan, made without gateway and Temporal: what the harness says of them must be right before it judges those.
beforeAll(async () => {
  const seed = chooseSeed();
  console.info(`seed ${seed}`);
  for (const tenant of tenants) await makeOrg(admin, tenant);
  const plan = makePlan({ dice: createDice(seed), tenants, requests }).filter(({ isValid }) => isValid);
  accepted = [...new Map(plan.map((one) => [expectedId(one), one])).values()];
  const refs: EventRef[] = [];
  for (const request of accepted) refs.push(await insert(request));
  for (let first = 0; first < refs.length; first += setSize)
    await applyEvents(worker, refs.slice(first, first + setSize), 'event:test');
});

test('a plan has repeats, events that end as rejected, and requests that must be refused', () => {
  const plan = makePlan({ dice: createDice(1), tenants, requests });
  const { activities, verdicts } = expectedOf(accepted);
  expect(plan.length).toBeGreaterThan(requests);
  expect(plan.some(({ isValid }) => !isValid)).toBe(true);
  expect(verdicts.length).toBe(accepted.length);
  expect(activities.length).toBeLessThan(verdicts.length);
  expect(makePlan({ dice: createDice(1), tenants, requests })).toEqual(plan);
});

test('books that are as they should be show no difference and no violation', async () => {
  expect(await differences(admin, tenants, expectedOf(accepted))).toEqual([]);
  expect(await violationsAtRest(admin, answered(accepted))).toEqual([]);
});

test.each([
  ['a verdict', "update event_verdict set status = 'applied', rejection_code = null where status = 'rejected'"],
  ['an Activity that is gone', 'delete from activity where event_id = (select min(event_id) from activity)'],
  ['an amount', 'update invoice set paid_minor = paid_minor + 1, due_minor = due_minor - 1'],
  [
    'a row twice',
    "insert into incident (org_id, id, status, created_at, version) values ('one', 'x', 'open', now(), 1)",
  ],
  ['a row that is gone', 'delete from ai_usage_event'],
  ['a quantity', 'update usage_meter set quantity = quantity + 1'],
])('books that differ by %s are found', async (_what, sql) => {
  const client = await admin.connect();
  const only = { query: client.query.bind(client) };
  await client.query(`begin; set local session_replication_role = replica; ${sql}`);
  const found = await differences(only, tenants, expectedOf(accepted)).finally(() => client.query('rollback'));
  client.release();
  expect(found).not.toEqual([]);
});

test('an accepted event that is lost, an answer of another event and a 503 for what was accepted are found', async () => {
  const [first] = accepted;
  if (!first) throw new Error('an empty plan');
  const lost = { ...first, idempotencyKey: 'never-arrived' };
  expect(await violationsAtRest(admin, answered([...accepted, lost]))).toEqual([expect.stringContaining('E1')]);
  expect(await violationsAtRest(admin, answered(accepted.slice(1)))).toEqual([expect.stringContaining('E2')]);
  const told = async (answer: object) =>
    dishonestAnswers(admin, [{ request: first, answers: [{ tookMs: 1, ...answer }] }]);
  expect(await told({ status: 200, id: expectedId(first) })).toEqual([]);
  expect(await told({ status: 200, id: 'evt_other' })).toHaveLength(1);
  expect(await told({ status: 503, code: 'unavailable' })).toHaveLength(1);
  expect(await told({ status: 401, code: 'signature_invalid' })).toHaveLength(1);
});

function answered(list: readonly Request[]) {
  return list.map((request) => ({ request, answers: [{ status: 200, id: expectedId(request), tookMs: 1 }] }));
}

async function insert(request: Request): Promise<EventRef> {
  const { tenantId, idempotencyKey, content, body } = request;
  const parsed = request.route === 'events' ? parseEvent(content, Date.now()) : undefined;
  const event = parsed?.ok ? parsed.value : undefined;
  const [eventId, type] = [expectedId(request), event?.type ?? usageBatchType];
  const subject = event && subjectOf(event);
  await admin.query(
    `with accepted as (
        insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix,
          entity_kind, entity_id, occurred_at, received_at)
        values ($1, $2, $3, $4, sha256(convert_to($4, 'UTF8')), $5, 'fk_test', 2, 'req', '127.0.0.1', $6, $7, $8, now()))
     insert into event_pending (org_id, event_id, received_at, sweep_after) values ($1, $2, now(), now())`,
    [
      tenantId,
      eventId,
      type,
      Buffer.from(body).toString(),
      idempotencyKey,
      subject?.kind,
      subject?.id,
      new Date(event?.occurredAt ?? Date.now()).toISOString(),
    ],
  );
  return { tenantId, eventId, type };
}
