import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openLedger } from './harness/ledger.ts';
import { eventRequest } from './harness/plan.ts';
import { openRuns } from './harness/runs.ts';
import { patient, useOwnServices } from './harness/use-stack.ts';

const backlogMax = 20;
const { stack, load, loadAround } = useOwnServices('embedded', { ...patient, EVENT_BACKLOG_MAX: `${backlogMax}` });
const testTimeoutMs = 240_000;
const isLong = process.env['LONG'] !== undefined;
const pausedMs = isLong ? 15_000 : 3_000;
// As long as what waits may be old before it counts for the bound.
const silentMs = 30_000;
const purchase = { purchaseId: 'P-1', credits: 100, amountMinor: 1_000, currency: 'EUR' };

function everyAnswerIs200(
  answers: readonly { readonly status?: number | undefined; readonly code?: string | undefined }[],
) {
  const others = answers.filter(({ status, code }) => status !== 200 && code !== 'body_invalid');
  expect(others.filter(({ code }) => code !== 'idempotency_in_flight')).toEqual([]);
}

test(
  'T1: Temporal killed with its store kept; workflows resume, and no answer says so',
  async () => {
    const { temporal } = stack().services;
    const running = await load();
    await running.accepted(40);
    await temporal.kill();
    await sleep(1_500);
    await temporal.start();
    await running.finish();
    everyAnswerIs200(running.answers);
  },
  testTimeoutMs,
);

test(
  'T2 T8: Temporal killed and its store wiped; everything accepted is started again, and nothing twice, nor what is sent again',
  async ({ task }) => {
    const { services } = stack();
    const ledger = await openLedger(stack(), `t8-${Date.now()}`, 1);
    const sent = eventRequest(ledger.tenants[0], 'sent', { type: 'ai.credits_purchased', data: purchase }, 1);
    const first = await ledger.send(sent, { waitS: 10 });
    const running = await load();
    await running.accepted(60);
    await services.temporal.kill();
    await services.wipeTemporal();
    await sleep(1_000);
    await services.temporal.start();
    await running.finish();
    everyAnswerIs200(running.answers);
    const data = { ...purchase, purchaseId: 'P-2' };
    const last = eventRequest(ledger.tenants[0], 'last', { type: 'ai.credits_purchased', data }, 2);
    await ledger.send(last, { waitS: 10 });
    // As long after: neither Temporal knows its run nor Redis its answer.
    const redis = new Redis(services.redisUrl);
    await redis.flushall();
    redis.disconnect();
    expect(await ledger.send(sent)).toMatchObject({ status: 200, id: first.id, isReplay: true });
    expect(await ledger.settle(task.name)).toMatchObject({ requests: 2, applied: 2 });
    const runs = await openRuns(services.temporalAddress);
    await expect.poll(() => runs.list("Outcome = 'applied'")).not.toEqual([]);
    await runs.close();
  },
  testTimeoutMs,
);

test(
  'T3: Temporal answers nothing under load; all is accepted until as much has waited long as may, refused from then on, and applied when it answers again',
  async ({ task }) => {
    const { services, db, faults } = stack();
    const ledger = await openLedger(stack(), `t3-${Date.now()}`, 1);
    const running = await (isLong ? loadAround(silentMs) : load());
    await running.accepted(20);
    services.temporal.pause();
    await running.sent(isLong ? 1_100 : 110);
    everyAnswerIs200(running.answers);
    if (!isLong) faults.push('half a minute goes by');
    let asked = 0;
    const ask = async () => {
      // Without the wait.
      if (!isLong) await db.query("update event_pending set received_at = received_at - interval '30 s'");
      const data = { ...purchase, purchaseId: `P-${asked}` };
      return ledger.send(
        eventRequest(ledger.tenants[0], `asked-${asked++}`, { type: 'ai.credits_purchased', data }, 1),
      );
    };
    await expect.poll(ask).toMatchObject({ status: 503, code: 'unavailable' });
    services.temporal.resume();
    await expect.poll(ask).toMatchObject({ status: 200 });
    await running.finish();
    await ledger.settle(task.name);
  },
  testTimeoutMs,
);

test(
  'T5: starts that Temporal carries out after their deadline, and that were driven again meanwhile, change nothing twice',
  async () => {
    const { temporal } = stack().services;
    const running = await loadAround(pausedMs);
    await running.accepted(40);
    temporal.pause();
    await sleep(pausedMs);
    temporal.resume();
    await running.finish();
    everyAnswerIs200(running.answers);
  },
  testTimeoutMs,
);
