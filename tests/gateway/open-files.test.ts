import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '#deploy/services/ports';
import { programArgs } from '#deploy/steps/build-programs';
import { createDatabase } from '../support/database.ts';
import { services } from '../support/services.ts';
import { keyEncryptionKeys } from './harness/test-gateway.ts';

const openFiles = 260;
const asked = 2 * openFiles;

test.skipIf(process.platform !== 'linux')(
  'H4: a gateway that may have few files open refuses connections instead of ending, and serves when they are gone',
  async () => {
    const database = await createDatabase();
    const port = await freePort();
    const gateway = spawn(
      'prlimit',
      [`--nofile=${openFiles}:${openFiles}`, process.execPath, ...programArgs('gateway')],
      {
        env: {
          ...process.env,
          DATABASE_URL: database.url,
          REDIS_URL: services().redisUrl,
          TEMPORAL_ADDRESS: services().temporalAddress,
          EVENT_TASK_QUEUE: `open-files-${port}`,
          KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
          GATEWAY_PORT: String(port),
        },
        stdio: 'ignore',
      },
    );
    const ended = once(gateway, 'exit');
    onTestFinished(async () => {
      gateway.kill('SIGKILL');
      await ended;
      await database.drop();
    });
    const health = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status;
    await expect.poll(health, { timeout: 30_000 }).toBe(200);
    const sockets = Array.from({ length: asked }, () => connect(port, '127.0.0.1'));
    const refused = await countRefused(sockets);
    expect(refused).toBeGreaterThan(openFiles);
    expect(refused).toBeLessThan(asked);
    for (const socket of sockets) socket.destroy();
    await expect.poll(health, { timeout: 10_000 }).toBe(200);
    expect(gateway.exitCode).toBeNull();
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
