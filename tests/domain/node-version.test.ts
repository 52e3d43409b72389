import { expect, test } from 'vitest';
import { requireNode } from '#domain/node-version';

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('control 89: Node %s is taken', (version) => {
  expect(() => requireNode(version)).not.toThrow();
});

test.each(['20.18.3', '18.20.8', '8.17.0'])('control 89: Node %s is refused', (version) => {
  expect(() => requireNode(version)).toThrow(/too old.*20\.19/);
});
