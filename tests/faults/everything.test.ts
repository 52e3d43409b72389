import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { canLimitMemory, limitMemory } from './harness/limit-memory.ts';
import { chooseSeed, createDice } from './harness/random.ts';
import { useOwnServices } from './harness/use-stack.ts';

const { stack, load } = useOwnServices('embedded');
const rounds = process.env['LONG'] ? 5 : 1;
const testTimeoutMs = 150_000 * rounds;
const betweenMs = 500;

test(
  'H5: everything killed at once and started again in any order comes back to rest with nothing lost or doubled',
  async () => {
    const { gateway, worker, services } = stack();
    const dice = createDice(chooseSeed());
    const running = await load({ requests: 200 * rounds });
    for (let round = 1; round <= rounds; round++) {
      await running.sent(round * 80);
      const all = [services.postgres, services.redis, services.temporal, gateway, worker];
      await Promise.all(all.map((one) => one.kill()));
      const order = all.map((one) => ({ one, place: dice.next() })).toSorted((a, b) => a.place - b.place);
      const starting = [];
      for (const { one } of order) {
        starting.push(one.start());
        await sleep(betweenMs);
      }
      await Promise.all(starting);
    }
    await running.finish();
  },
  testTimeoutMs,
);

test.skipIf(!canLimitMemory)(
  'H3: each process in turn is killed by the kernel for want of memory and started again by what supervises it; nothing is lost or doubled',
  async () => {
    const { services, gateway, worker, faults } = stack();
    const running = await load();
    await running.accepted(20);
    for (const one of [gateway, worker, services.redis, services.temporal, services.postgres]) {
      onTestFinished(one.superviseIt());
      const before = one.pid();
      const endLimit = await limitMemory(before, 0);
      faults.push(`no more memory for ${one.name}`);
      const answering = async () => {
        await one.answers();
        return one.pid();
      };
      // More than one start, where what the killed one left behind stands in the way of the first.
      await expect.poll(answering, { timeout: 60_000 }).not.toBe(before);
      await endLimit();
    }
    await running.finish();
  },
  testTimeoutMs,
);
