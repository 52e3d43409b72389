import { execFile, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcess } from '#deploy/services/process';
import { firstEventCommand } from '#deploy/stack/first-event';
import { findOwner, takeOwnership } from '#deploy/stack/ownership';
import { loadSecrets } from '#deploy/stack/secrets';
import { doWhenChanged } from '#deploy/steps/stamp';
import { selectTests } from '#deploy/testing/select-tests';
import { parseEvent } from '#domain/events';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the printed command signs itself at the moment it is run', async () => {
  const gateway = await listen();
  const key = { keyId: 'fk_dev_1', secret: 'fsk_a-secret_1', tenantId: 'acme' };
  await promisify(execFile)('bash', ['-c', firstEventCommand(gateway.url, key)]);
  await promisify(execFile)('bash', ['-c', firstEventCommand(gateway.url, key)]);
  gateway.close();
  expect(gateway.requests).toHaveLength(2);
  for (const { method, url, headers, body } of gateway.requests) {
    const name = (header: string) => String(headers[header]);
    const hash = createHash('sha256').update(body).digest('hex');
    const fields = [method, url, 'fk_dev_1', name('x-timestamp'), name('x-nonce'), hash, name('x-idempotency-key')];
    expect(name('x-signature')).toBe(`v2=${createHmac('sha256', key.secret).update(fields.join('\n')).digest('hex')}`);
    expect(Math.abs(Number(name('x-timestamp')) - Date.now() / 1_000)).toBeLessThan(5);
    expect(parseEvent(JSON.parse(body), Date.now()).ok).toBe(true);
  }
  const [first, second] = gateway.requests;
  expect(first?.headers['x-nonce']).not.toBe(second?.headers['x-nonce']);
  expect(first?.headers['x-idempotency-key']).not.toBe(second?.headers['x-idempotency-key']);
});

test('one folder runs one stack', async () => {
  const file = join(folder, 'processes.json');
  const owner = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', 'bootstrap.mjs']);
  await writeFile(file, JSON.stringify({ owner: { pid: owner.pid, mark: 'bootstrap.mjs' }, children: [] }));
  await expect(takeOwnership(file, () => undefined)).rejects.toThrow(`already runs here (process ${owner.pid})`);
  expect(await findOwner(file)).toBe(owner.pid);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(await findOwner(file)).toBeUndefined();
});

test('what a killed start left behind is stopped, and nobody who was given its process id', async () => {
  const file = join(folder, 'processes.json');
  const sleeper = () =>
    startProcess({
      name: 'left',
      command: '/bin/sleep',
      args: ['300'],
      logFile: join(folder, 'left.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 1_000,
    });
  const [left, stranger] = [await sleeper(), await sleeper()];
  const children = [
    { pid: left.pid, mark: 'sleep' },
    { pid: stranger.pid, mark: 'postgres' },
  ];
  await writeFile(file, JSON.stringify({ owner: { pid: 2 ** 22 + 1, mark: 'bootstrap.mjs' }, children }));
  const said: string[] = [];
  const ownership = await takeOwnership(file, (line) => said.push(line));
  await left.exited;
  expect(said).toHaveLength(1);
  expect(stranger.isAlive()).toBe(true);
  await stranger.stop();
  await ownership.release();
});

test('secrets are made once, for their owner only, and found again', async () => {
  const file = join(folder, 'secrets.json');
  const made = await loadSecrets(file);
  expect(await loadSecrets(file)).toEqual(made);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(made.keyEncryptionKeys.replace('k1:', ''), 'base64url')).toHaveLength(32);
  await writeFile(file, '{');
  await expect(loadSecrets(file)).rejects.toThrow('npm run reset');
});

test('a step is done again when, and only when, what it is made from changed', async () => {
  const [stamp, input] = [join(folder, 'stamp'), join(folder, 'input')];
  let times = 0;
  const work = async () => {
    times += 1;
  };
  await writeFile(input, 'one');
  expect(await doWhenChanged(stamp, [input], work)).toBe(true);
  expect(await doWhenChanged(stamp, [input], work)).toBe(false);
  await writeFile(input, 'two');
  expect(await doWhenChanged(stamp, [input], work)).toBe(true);
  expect(times).toBe(2);
});

test('a step that failed is tried again', async () => {
  const [stamp, input] = [join(folder, 'stamp'), join(folder, 'input')];
  await writeFile(input, 'one');
  await expect(doWhenChanged(stamp, [input], () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  expect(await doWhenChanged(stamp, [input], () => Promise.resolve())).toBe(true);
});

test('a pattern picks files, and one that matches nothing runs nothing', async () => {
  expect((await selectTests(['deploy/stack'])).files).toEqual(['tests/deploy/stack.test.ts']);
  expect((await selectTests(['no-such-file'])).files).toEqual([]);
  expect(await selectTests(['deploy/stack', '-t', 'a pattern', '--long'])).toMatchObject({
    patterns: ['deploy/stack'],
    options: ['-t', 'a pattern'],
    isLong: true,
    browserFiles: [],
  });
  expect(await selectTests(['ai.spec', '--repeat-each=5'])).toMatchObject({
    options: ['--repeat-each=5'],
    files: [],
    browserFiles: ['tests/portal/ai.spec.ts'],
  });
});

test('npm test fails when no test ran, and says so on its last line', async () => {
  const child = spawn(process.execPath, ['deploy/bootstrap.mjs', 'test', 'no-such-file'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  expect(child.exitCode).toBe(1);
  expect(Buffer.concat(chunks).toString().trimEnd().split('\n').at(-1)).toBe('0 passed, 0 failed');
});

test('control 84: every dependency has one exact version, and the lock file has every platform of each', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const packages = Object.entries<Record<string, Record<string, string>>>(lock.packages);
  const missing = packages.flatMap(([path, entry]) =>
    Object.keys(entry['optionalDependencies'] ?? {})
      .filter((name) => !isLocked(lock.packages, path, name))
      .map((name) => `${path} lacks ${name}`),
  );
  expect(missing).toEqual([]);
});

function isLocked(packages: Record<string, unknown>, from: string, name: string): boolean {
  const places = from
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return [...places.map((place) => `${place}/node_modules/${name}`), `node_modules/${name}`].some(
    (path) => path in packages,
  );
}

type Received = { method: string; url: string; headers: NodeJS.Dict<string | string[]>; body: string };

async function listen() {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { method = '', url = '', headers } = request;
        requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.end('{"ok":true}');
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, requests, close: () => server.close() };
}
