import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { launchGateway } from './harness/launch-gateway.ts';

const openFiles = 260;
const asked = 2 * openFiles;

test.skipIf(process.platform !== 'linux')(
  'H4: a gateway that may have few files open refuses connections instead of ending, and serves when they are gone',
  async () => {
    const gateway = await launchGateway({ by: ['prlimit', `--nofile=${openFiles}:${openFiles}`] });
    const health = async () => (await fetch(`http://127.0.0.1:${gateway.port}/readyz`).catch(() => undefined))?.status;
    await expect.poll(health, { timeout: 30_000 }).toBe(200);
    const sockets = Array.from({ length: asked }, () => connect(gateway.port, '127.0.0.1'));
    const refused = await countRefused(sockets);
    expect(refused).toBeGreaterThan(openFiles);
    expect(refused).toBeLessThan(asked);
    for (const socket of sockets) socket.destroy();
    await expect.poll(health, { timeout: 10_000 }).toBe(200);
    expect(gateway.process.exitCode).toBeNull();
  },
  60_000,
);

/** Resolves when the first of those that are kept is given up as unused, which is after all others were refused. */
async function countRefused(sockets: readonly Socket[]): Promise<number> {
  let refused = 0;
  for (const socket of sockets) socket.on('error', () => undefined).on('close', () => (refused += 1));
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(openFiles);
  return refused;
}
