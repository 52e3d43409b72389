import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkedServices } from './harness/use-stack.ts';

const { stack, load } = useNetworkedServices('embedded');
const testTimeoutMs = 150_000;
const isLong = process.env['LONG'] !== undefined;
const brokenMs = isLong ? 30_000 : 3_000;
const requests = isLong ? 1_400 : 180;

test.each([
  ['P8', 'postgres', 'what it committed is found again, and no 503 says otherwise', 0.1],
  ['tR1', 'redis', 'a repeat of what it let through is not taken for a replay for ever', 0.1],
  ['T5', 'temporal', 'a run that was started after all is as good as one', 0.3],
] as const)(
  '%s: %s does what it is asked and its reply is lost; %s',
  async (_id, service, _what, share) => {
    const { services, faults } = stack();
    const proxy = services.network[service];
    const running = await load({ requests });
    await running.accepted(20);
    const lostBefore = proxy.lost();
    proxy.loseReplies(share);
    await sleep(brokenMs);
    proxy.heal();
    faults.push(`${proxy.lost() - lostBefore} replies of ${service} lost`);
    expect(proxy.lost()).toBeGreaterThan(lostBefore);
    await running.finish();
  },
  testTimeoutMs,
);
