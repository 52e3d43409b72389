import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { holdTable } from './harness/hold-table.ts';
import { openLedger } from './harness/ledger.ts';
import { eventRequest, type Request } from './harness/plan.ts';
import { openStartedRequest } from './harness/started-request.ts';
import { useSharedServices } from './harness/use-stack.ts';

const { stack, load, loadAround } = useSharedServices('embedded');
const testTimeoutMs = 150_000;
const downMs = 1_000;
const isLong = process.env['LONG'] !== undefined;
const pausedMs = isLong ? 10_000 : 3_000;
const deaths = isLong ? 10 : 1;
const duplicates = 100;

function lead(tenantId: string, key: string): Request {
  return eventRequest(tenantId, key, { type: 'lead.created', data: { leadId: key, source: 'web' } }, 1);
}

test(
  'G1: a gateway killed while it accepts loses nothing that it answered',
  async () => {
    const { gateway } = stack();
    // A load of its own for each: however long a gateway takes to come back, it meets one that has not ended.
    for (let death = 1; death <= deaths; death++) {
      const running = await load();
      await running.accepted(30);
      await gateway.kill();
      await sleep(downMs);
      await gateway.start();
      const { applied, rejected } = await running.finish();
      expect(Math.min(applied, rejected)).toBeGreaterThan(0);
    }
  },
  deaths * testTimeoutMs,
);

test(
  'G2: what was committed by a gateway that ended before it started a workflow is applied',
  async ({ task }) => {
    const { gateway, db } = stack();
    const ledger = await openLedger(stack(), `g2-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const held = await holdTable(db, 'event');
    const sending = Array.from({ length: 10 }, (_, index) => ledger.send(lead(tenant, `lead-${index}`)));
    await held.wanted();
    // Postgres goes on with a statement whose client is dead: it commits, and nobody is left who would start anything.
    await gateway.kill();
    await held.release();
    expect((await Promise.all(sending)).map(({ status }) => status)).toEqual(sending.map(() => undefined));
    await expect.poll(() => countEvents(tenant), { timeout: 20_000 }).toBeGreaterThan(0);
    await gateway.start();
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

test(
  'G3: a gateway that is told to stop under load finishes every request that had begun, and ends with code 0 within 10 s',
  async () => {
    const { gateway } = stack();
    const running = await load();
    await running.accepted(30);
    const { ids, sender } = await stack().makeTenants(`g3-${Date.now()}`, 1);
    // Their heads and half of their bodies have arrived: these have begun.
    const begun = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        openStartedRequest(gateway.address, sender.keyOf(ids[0]), lead(ids[0], `begun-${index}`)),
      ),
    );
    const told = performance.now();
    const ended = gateway.terminate();
    await sleep(300);
    const statuses = await Promise.all(begun.map((request) => request.complete()));
    expect(statuses).toEqual(begun.map(() => 200));
    expect(await ended).toBe('exit code 0');
    expect(performance.now() - told).toBeLessThan(10_000);
    await gateway.start();
    await running.finish();
    // A busy machine may make it shed some, which nothing is lost by; stopping is no error.
    expect(running.answers.filter(({ status = 0 }) => status >= 500 && status !== 503)).toEqual([]);
    expect(await countEvents(ids[0])).toBe(begun.length);
  },
  testTimeoutMs,
);

test(
  'G4: a gateway that stood still for a while; what it commits when it goes on is harmless',
  async () => {
    const { gateway } = stack();
    const running = await loadAround(pausedMs);
    await running.accepted(40);
    gateway.pause();
    await sleep(pausedMs);
    gateway.resume();
    await running.finish();
  },
  testTimeoutMs,
);

test(
  'G5: a connection that breaks after the commit and before the answer leaves one event, which the repeat names',
  async ({ task }) => {
    const { db } = stack();
    const ledger = await openLedger(stack(), `g5-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const request = lead(tenant, 'broken');
    const held = await holdTable(db, 'event');
    const broken = new AbortController();
    const sending = ledger.send(request, { signal: broken.signal });
    await held.wanted();
    broken.abort();
    expect((await sending).status).toBeUndefined();
    await held.release();
    await expect.poll(() => countEvents(tenant), { timeout: 20_000 }).toBe(1);
    const again = await ledger.send(request);
    expect(again).toMatchObject({ status: 200, isReplay: true });
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

test(
  'G12: a hundred duplicates at once give one row and one Activity, and only its id or idempotency_in_flight as answers',
  async ({ task }) => {
    const ledger = await openLedger(stack(), `g12-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const request = lead(tenant, 'once');
    await Promise.all(Array.from({ length: duplicates }, () => ledger.send(request)));
    const codes = new Set(ledger.answers.map(({ status, code, id }) => id ?? `${status} ${code}`));
    codes.delete('409 idempotency_in_flight');
    expect([...codes]).toEqual([expect.stringMatching(/^evt_/)]);
    expect(await ledger.settle(task.name)).toMatchObject({ requests: 1, applied: 1, rejected: 0 });
  },
  testTimeoutMs,
);

test(
  'G13: a row that Postgres refuses for a reason nobody thought of is one 500 internal; its neighbours are accepted',
  async ({ task }) => {
    const { db, gateway } = stack();
    const ledger = await openLedger(stack(), `g13-${Date.now()}`, 1);
    const [tenant] = ledger.tenants;
    const refused = lead(tenant, 'refused');
    await db.query(
      `create function refuse_one() returns trigger language plpgsql as $$ begin raise exception 'a secret of the database' using errcode = '22023'; end $$;
       create trigger refuse_one before insert on event for each row when (new.idempotency_key = 'refused') execute function refuse_one()`,
    );
    const neighbours = Array.from({ length: 20 }, (_, index) => ledger.send(lead(tenant, `neighbour-${index}`)));
    const answer = await ledger.send(refused);
    expect(answer).toMatchObject({ status: 500, code: 'internal' });
    expect(new Set((await Promise.all(neighbours)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(gateway.isAlive()).toBe(true);
    expect((await fetch(`${gateway.address}/healthz`)).status).toBe(200);
    await db.query('drop trigger refuse_one on event; drop function refuse_one');
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

async function countEvents(tenant: string): Promise<number> {
  const { rowCount } = await stack().db.query('select 1 from event where org_id = $1', [tenant]);
  return rowCount ?? 0;
}
