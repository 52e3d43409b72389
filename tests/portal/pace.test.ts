import { expect, test } from 'vitest';
import { paceBesideEvents } from '#portal/exports/pace';

const piece = 64_000;
const pieces = 30;

async function write(areEventsUnderWay: () => Promise<boolean>) {
  let asked = 0;
  const pace = paceBesideEvents(() => {
    asked += 1;
    return areEventsUnderWay();
  });
  const startedAt = performance.now();
  for (let n = 0; n < pieces; n++) await pace(piece);
  return { ms: performance.now() - startedAt, asked };
}

test('while events come in a file is written at 12 MB a second', async () => {
  const { ms, asked } = await write(async () => true);
  expect(ms).toBeGreaterThan(((pieces - 1) * piece) / 12_000);
  expect(asked).toBe(1);
});

test('while none come in it waits for nothing but whoever reads it', async () => {
  expect((await write(async () => false)).ms).toBeLessThan(50);
});
