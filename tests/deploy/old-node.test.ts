import { expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';

const pretendsToBe = (version: string) =>
  `--import=data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )}`;

test.each(['gateway/main.ts', 'temporal/main.ts'])('control 89: %s refuses to boot on an old Node', async (entry) => {
  const env = { NODE_OPTIONS: pretendsToBe('20.18.3') };
  const { code, stderr } = await runCommand(entry, [], env);
  expect(code).toBe(1);
  expect(stderr).toContain('Node 20.18.3 is too old');
});
