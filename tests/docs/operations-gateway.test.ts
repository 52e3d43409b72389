import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetrics } from '#gateway/metrics';

const read = (path: string) => readFileSync(path, 'utf8');
const page = read('docs/operations-gateway.md');

test('has a row for every variable that a gateway reads', () => {
  const names = [...read('gateway/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('has a row for every metric of a gateway', async () => {
  const text = await createMetrics().text();
  const counted = [...text.matchAll(/^# TYPE (gateway_\S+)/gm)].map(([, name = '']) => name);
  const shown = [...read('gateway/services.ts').matchAll(/metrics\.gauge\('(\w+)'/g)].map(
    ([, name]) => `gateway_${name}`,
  );
  expect(counted.length).toBeGreaterThan(8);
  expect(shown.length).toBeGreaterThan(5);
  expect([...counted, ...shown].filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
