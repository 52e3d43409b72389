import { expect, test } from 'vitest';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { createWaiters, waitersMax } from '#temporal/waiters';

function ref(number: number): EventRef {
  return { tenantId: 'acme', eventId: `evt_${number}`, type: 'lead.created' };
}

function outcome(number: number, said: EventOutcome['outcome'] = 'applied'): EventOutcome {
  return { tenantId: 'acme', eventId: `evt_${number}`, outcome: said };
}

function soon(ms = 2_000) {
  return Date.now() + ms;
}

test('who waits is told by the worker of this process, without a look at the database', async () => {
  let looks = 0;
  const waiters = createWaiters(async () => {
    looks += 1;
    return [];
  });
  const [first, second, other] = [
    waiters.wait(ref(1), soon()),
    waiters.wait(ref(1), soon()),
    waiters.wait(ref(2), soon(100)),
  ];
  waiters.settle([outcome(1, 'rejected'), outcome(2, 'isolated'), outcome(3)]);
  expect(await Promise.all([first, second])).toEqual(['rejected', 'rejected']);
  expect(looks).toBe(0);
  expect(await other).toBeUndefined();
});

test('what another process applied is found by one look for all who wait', async () => {
  const asked: number[] = [];
  const waiters = createWaiters(async (refs) => {
    asked.push(refs.length);
    return asked.length < 3 ? [] : refs.map((_, number) => outcome(number));
  });
  const waits = Array.from({ length: 20 }, (_, number) => waiters.wait(ref(number), soon()));
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['applied']));
  expect(asked).toEqual([20, 20, 20]);
});

test('a database that is away costs nothing but the wait', async () => {
  let looks = 0;
  const waiters = createWaiters(async () => {
    looks += 1;
    throw new Error('away');
  });
  expect(await waiters.wait(ref(1), soon(200))).toBeUndefined();
  expect(looks).toBeGreaterThan(1);
  expect(waiters.waiting).toBe(0);
});

test('at most 256 wait, and nobody waits past a deadline that is over', async () => {
  const waiters = createWaiters(async () => []);
  const waits = Array.from({ length: waitersMax }, (_, number) => waiters.wait(ref(number), soon(150)));
  expect(await waiters.wait(ref(999), soon())).toBeUndefined();
  expect(waiters.waiting).toBe(waitersMax);
  await Promise.all(waits);
  expect(await waiters.wait(ref(1), Date.now())).toBeUndefined();
});

test('at the end everybody hears that nothing is known yet', async () => {
  const waiters = createWaiters(async () => []);
  const wait = waiters.wait(ref(1), soon());
  waiters.close();
  expect(await wait).toBeUndefined();
  expect(await waiters.wait(ref(2), soon())).toBeUndefined();
});
