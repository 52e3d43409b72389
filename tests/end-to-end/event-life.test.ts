import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, type Client } from '#client/client';
import type { EventWorker } from '../faults/harness/apps.ts';
import { holdTable } from '../faults/harness/hold-table.ts';
import { openRuns, type Runs } from '../faults/harness/runs.ts';
import { useSharedServices } from '../faults/harness/use-stack.ts';
import { untilDecided } from '../faults/harness/verify.ts';
import { services } from '../support/services.ts';
import { expectInvariants } from '../support/invariants.ts';

// Must be nowhere but in Postgres.
const canary = `canary-${randomBytes(8).toString('hex')}`;
const occurredAt = '2026-03-01T12:00:00Z';
const burst = 400;
const usageRows = 1_000;
const testTimeoutMs = 60_000;
// A machine that is busy with other things sheds some of a burst; tenants then send again.
const attemptsMax = 10;

describe.each<EventWorker>(['embedded', 'off'])('with EVENT_WORKER=%s', (eventWorker) => {
  const { stack } = useSharedServices(eventWorker);
  let runs: Runs;

  beforeAll(async () => {
    runs = await openRuns(services().temporalAddress);
  });

  afterAll(() => runs?.close());

  async function makeTenant(): Promise<{ tenantId: string; keyId: string; client: Client }> {
    const { ids, sender } = await stack().makeTenants(`life-${randomBytes(4).toString('hex')}`, 1);
    const { keyId, secret } = sender.keyOf(ids[0]);
    return {
      tenantId: ids[0],
      keyId,
      client: createClient({ baseUrl: stack().gateway.address, keyId, secret, attemptsMax }),
    };
  }

  async function read(sql: string, values: readonly unknown[]) {
    const { rows } = await stack().db.query<Record<string, unknown>>(sql, [...values]);
    return rows;
  }

  test(
    'an event becomes a domain row, one Activity, one audit entry, a state and a finished run that names it',
    async () => {
      const { tenantId, keyId, client } = await makeTenant();
      const data = {
        leadId: `L-${canary}`,
        source: 'web',
        name: canary,
        email: `${canary}@example.com`,
        meta: { canary },
      };
      const event = { type: 'lead.created', tenantId, occurredAt, data } as const;
      const accepted = await client.sendEvent(event, { idempotencyKey: `key-${canary}`, waitS: 10 });
      expect(accepted).toMatchObject({ status: 'applied', isReplay: false });
      const { id } = accepted;
      const workflowId = `event:${tenantId}:${id}`;
      expect(await client.state(id)).toEqual({
        id,
        type: 'lead.created',
        status: 'applied',
        receivedAt: expect.any(String),
        appliedAt: expect.any(String),
        workflowId,
      });
      expect(await read('select id, status, email, version from lead where org_id = $1', [tenantId])).toEqual([
        { id: data.leadId, status: 'new', email: data.email, version: 1 },
      ]);
      expect(
        await read('select event_id, entity_kind, entity_id, action from activity where org_id = $1', [tenantId]),
      ).toEqual([{ event_id: id, entity_kind: 'lead', entity_id: data.leadId, action: 'lead.created' }]);
      expect(
        await read(
          `select action, actor_type, actor, outcome, detail ->> 'requestId' as request, detail ->> 'run' as run from audit_log
           where org_id = $1 and event_id = $2`,
          [tenantId, id],
        ),
      ).toEqual([
        {
          action: 'event.applied',
          actor_type: 'key',
          actor: keyId,
          outcome: 'ok',
          request: expect.any(String),
          run: workflowId,
        },
      ]);
      const run = await runs.ended(workflowId);
      expect(run).toMatchObject({
        status: 'COMPLETED',
        type: 'handleEvent',
        summary: `lead.created ${tenantId}`,
        isEager: eventWorker === 'embedded',
        attributes: {
          TenantId: [tenantId],
          EventType: ['lead.created'],
          EventId: [id],
          Stream: ['leads'],
          Outcome: ['applied'],
        },
      });
      expect(run.text).toContain(id);
      expect(run.text).not.toContain(canary);
      await expectInvariants(stack().db);
    },
    testTimeoutMs,
  );

  test(
    'a repeat after the books changed gets the first answer, byte for byte, and changes nothing',
    async () => {
      const { tenantId, client } = await makeTenant();
      const event = {
        type: 'ai.used',
        tenantId,
        occurredAt,
        data: { usageId: 'U', feature: 'pricing', credits: 1 },
      } as const;
      const first = await client.sendEvent(event, { idempotencyKey: 'once', waitS: 10 });
      const again = await client.sendEvent(event, { idempotencyKey: 'once', waitS: 10 });
      expect(again).toMatchObject({ id: first.id, status: first.status, isReplay: true });
      expect(await read('select version from ai_usage_event where org_id = $1', [tenantId])).toEqual([{ version: 1 }]);
    },
    testTimeoutMs,
  );

  test(
    'what can never be applied ends as a rejected event with its reason, an audit entry and a completed run',
    async () => {
      const { tenantId, client } = await makeTenant();
      const data = { invoiceId: 'I', refundId: 'R', amountMinor: 100, currency: 'EUR' };
      const event = { type: 'invoice.refunded', tenantId, occurredAt, data } as const;
      const { id, status } = await client.sendEvent(event, { idempotencyKey: 'refund', waitS: 10 });
      expect(status).toBe('rejected');
      const state = await client.state(id);
      expect(state).toMatchObject({ status: 'rejected', rejection: expect.anything() });
      expect(await read('select 1 from invoice where org_id = $1', [tenantId])).toEqual([]);
      expect(await read('select 1 from activity where org_id = $1', [tenantId])).toEqual([]);
      expect(
        await read('select action, outcome from audit_log where org_id = $1 and event_id = $2', [tenantId, id]),
      ).toEqual([{ action: 'event.rejected', outcome: 'rejected' }]);
      expect(await runs.ended(`event:${tenantId}:${id}`)).toMatchObject({
        status: 'COMPLETED',
        attributes: { Outcome: ['rejected'] },
      });
    },
    testTimeoutMs,
  );

  test(
    'Prefer: wait answers accepted when the books did not change in time, and they change all the same',
    async () => {
      const { tenantId, client } = await makeTenant();
      const held = await holdTable(stack().db, 'event_verdict');
      const event = { type: 'lead.created', tenantId, occurredAt, data: { leadId: 'L', source: 'web' } } as const;
      const { id, status } = await client.sendEvent(event, { idempotencyKey: 'slow', waitS: 1 });
      expect(status).toBe('accepted');
      expect(await client.state(id)).toMatchObject({ status: 'accepted' });
      await held.release();
      await untilDecided(stack().db);
      expect(await client.state(id)).toMatchObject({ status: 'applied' });
    },
    testTimeoutMs,
  );

  test(
    'a usage request of a thousand rows is one event, one Activity and a thousand rows',
    async () => {
      const { tenantId, client } = await makeTenant();
      const rows = Array.from({ length: usageRows }, (_, index) => ({
        tenantId,
        id: `row-${index}`,
        meter: 'api_calls',
        quantity: '0.25',
        windowStart: '2026-03-01T00:00:00Z',
        windowEnd: '2026-03-01T01:00:00Z',
      }));
      const { id, status } = await client.sendUsage(rows, { idempotencyKey: 'usage', waitS: 10 });
      expect(status).toBe('applied');
      expect(await client.state(id)).toMatchObject({ status: 'applied' });
      expect(
        await read('select count(*)::int as n, sum(quantity)::text as sum from usage_meter where org_id = $1', [
          tenantId,
        ]),
      ).toEqual([{ n: usageRows, sum: '250.000000000' }]);
      expect(await read('select event_id from activity where org_id = $1', [tenantId])).toEqual([{ event_id: id }]);
    },
    testTimeoutMs,
  );

  test(
    'a burst shares runs: each says how many events of how many tenants it takes, and nothing of them',
    async () => {
      const { tenantId, client } = await makeTenant();
      const sending = Array.from({ length: burst }, (_, index) => {
        const data = { leadId: `${canary}-${index}`, source: 'web', company: canary };
        return client.sendEvent(
          { type: 'lead.created', tenantId, occurredAt, data },
          { idempotencyKey: `burst-${index}` },
        );
      });
      expect(new Set((await Promise.all(sending)).map(({ id }) => id)).size).toBe(burst);
      await untilDecided(stack().db);
      expect(await read('select count(*)::int as n from lead where org_id = $1', [tenantId])).toEqual([{ n: burst }]);
      const shared = await read(
        "select distinct workflow_id from event_verdict where org_id = $1 and workflow_id like 'events:%'",
        [tenantId],
      );
      expect(shared.length).toBeGreaterThan(0);
      expect(shared.length).toBeLessThan(burst / 4);
      for (const { workflow_id: workflowId } of shared) {
        const run = await runs.ended(`${String(workflowId)}`);
        expect(run).toMatchObject({ status: 'COMPLETED', type: 'handleEvents' });
        expect(run.summary).toMatch(/^\d+ events? of \d+ tenants?$/);
        expect(run.text).not.toContain(canary);
      }
      await expectInvariants(stack().db);
    },
    testTimeoutMs,
  );
});
