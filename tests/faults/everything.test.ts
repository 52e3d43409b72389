import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
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
