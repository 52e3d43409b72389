import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { callsAtOnce, createProviders } from '#payments/config';

let open = 0;
let mostOpen = 0;
/** Calls that wait for so many beside them, and for whoever would be too many. */
const held: (() => void)[] = [];
const answerHeld = async () => {
  await pause(50);
  for (const answer of held.splice(0)) answer();
};
const server = createServer(async (_, response) => {
  open += 1;
  mostOpen = Math.max(mostOpen, open);
  const answered = new Promise<void>((resolve) => held.push(resolve));
  if (held.length === callsAtOnce) void answerHeld();
  await answered;
  open -= 1;
  response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
});
afterAll(() => server.close());

test('a provider is never called more often at once than it is said to bear, and each call is made', async () => {
  const port = await freePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const sandboxUrl = `http://127.0.0.1:${port}`;
  const providers = createProviders({ chosen: 'sandbox', sandboxUrl, stripe: undefined, timeoutMs: 5_000 });
  const orders = Array.from({ length: 3 * callsAtOnce }, (_, n) => ({
    orgId: 'acme',
    invoiceId: `inv_${n}`,
    key: `key_${n}`,
    token: 'pm_ok',
    amountMinor: 100n,
    currency: 'EUR',
  }));
  const answers = await Promise.all(orders.map(async (order) => providers.get('sandbox')?.charge(order)));
  expect(mostOpen).toBe(callsAtOnce);
  expect(answers.filter((answer) => answer?.status === 'unknown')).toHaveLength(3 * callsAtOnce);
});
