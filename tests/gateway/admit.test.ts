import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nonceTtlMs, parseAdmission, type Admission } from '#gateway/redis/admit';
import { connectRedis } from '#gateway/redis/connect';
import { services } from '../support/services.ts';

const runs = process.env['LONG'] ? 500 : 40;
const propertyTimeoutMs = process.env['LONG'] ? 600_000 : 60_000;

let redis: Redis;

beforeAll(async () => {
  redis = connectRedis(services().redisUrl, () => undefined);
  await new Promise((resolve) => redis.once('ready', resolve));
});

afterAll(() => redis.disconnect());

// A bucket that does not refill while a test runs: the model needs no clock.
const intervalUs = 1_000_000_000;
const burst = 6;
const nonces = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'] as const;
const tokens = ['t1', 't2', 't3'] as const;
const fingerprints = ['f1', 'f2'] as const;
const records = ['r1', 'r2'] as const;

interface AdmitInput {
  readonly offsetS: number;
  readonly nonce: string;
  readonly token: string;
  readonly fingerprint: string;
  readonly record: string | undefined;
}

interface Real {
  readonly tenant: string;
}

/** What the script must remember, in plain words. */
interface Model {
  spent: number;
  readonly burned: Map<string, string>;
  readonly held: Map<string, { readonly state: 'P' | 'C'; readonly fingerprint: string; readonly rest: string }>;
}

async function admit({ tenant }: Real, input: AdmitInput, bucket = { intervalUs, burst }): Promise<Admission> {
  const [second] = await redis.time();
  const keys = [`{${tenant}}:r:k`, `{${tenant}}:n:k:${input.nonce}`];
  if (input.record) keys.push(`{${tenant}}:i:${input.record}`);
  const timestamp = Number(second) + input.offsetS;
  const numbers = [bucket.intervalUs, bucket.intervalUs * bucket.burst, timestamp, nonceTtlMs].map(String);
  return parseAdmission(await redis.admit(keys.length, ...keys, ...numbers, input.token, input.fingerprint, '15000'));
}

function settle({ tenant }: Real, record: string, fingerprint: string, token: string, verb: string, body: string) {
  return redis.settle(1, `{${tenant}}:i:${record}`, fingerprint, token, verb, body, '86400000');
}

/** The contract's order of checks, over the model. */
function expected(model: Model, { offsetS, nonce, token, fingerprint, record }: AdmitInput): [string, string] {
  if (offsetS < -300 || offsetS >= 300) return ['SKEW', ''];
  const burner = model.burned.get(nonce);
  if (burner !== undefined && burner !== token) return ['NONCE', ''];
  if (burner === undefined) {
    if (model.spent >= burst) return ['RATE', ''];
    model.spent++;
    model.burned.set(nonce, token);
  }
  if (record === undefined) return ['GO', ''];
  const held = model.held.get(record);
  const isMine = held?.state === 'P' && held.fingerprint === fingerprint && held.rest === token;
  if (held && !isMine) {
    if (held.fingerprint !== fingerprint) return ['MISMATCH', ''];
    return held.state === 'C' ? ['REPLAY', held.rest] : ['INFLIGHT', ''];
  }
  model.held.set(record, { state: 'P', fingerprint, rest: token });
  return ['GO', ''];
}

type Command = fc.AsyncCommand<Model, Real>;

function admitCommand(input: AdmitInput): Command {
  return {
    check: () => true,
    async run(model, real) {
      const [name, body] = expected(model, input);
      const told = await admit(real, input);
      expect(told.name).toBe(name);
      if (name === 'REPLAY') expect(told.extra).toBe(body);
      expect(told.remaining).toBe(burst - model.spent);
      expect(told.resetMs > 0).toBe(model.spent > 0);
    },
    toString: () => `admit(${JSON.stringify(input)})`,
  };
}

type Settling = readonly [record: string, fingerprint: string, token: string, verb: 'C' | 'D', body: string];

function settleCommand(settling: Settling): Command {
  return {
    check: () => true,
    async run(model, real) {
      const [record, fingerprint, token, verb, body] = settling;
      const held = model.held.get(record);
      const isMine = held?.state === 'P' && held.fingerprint === fingerprint && held.rest === token;
      const result = held && !isMine ? 0 : verb === 'C' ? (held ? 1 : 2) : held ? 1 : 0;
      if (result > 0 && verb === 'C') model.held.set(record, { state: 'C', fingerprint, rest: body });
      if (result > 0 && verb === 'D') model.held.delete(record);
      expect(await settle(real, ...settling)).toBe(result);
    },
    toString: () => `settle(${settling.join(', ')})`,
  };
}

/** A lease that is over, a record that was lost with its store. */
function loseCommand(record: string): Command {
  return {
    check: () => true,
    async run(model, { tenant }) {
      model.held.delete(record);
      await redis.del(`{${tenant}}:i:${record}`);
    },
    toString: () => `lose(${record})`,
  };
}

const inputs = fc.record({
  offsetS: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(0, -298, 298) },
    { weight: 1, arbitrary: fc.constantFrom(-302, 301, 9_999, -9_999) },
  ),
  nonce: fc.constantFrom(...nonces),
  token: fc.constantFrom(...tokens),
  fingerprint: fc.constantFrom(...fingerprints),
  record: fc.option(fc.constantFrom(...records), { nil: undefined, freq: 6 }),
});
const bodies = fc.constantFrom('{"ok":true}', '', 'a|b|c', 'line\nfeed', '{}}{:i:r1', 'é😀');
const commands = fc.commands(
  [
    inputs.map(admitCommand),
    fc
      .tuple(
        fc.constantFrom(...records),
        fc.constantFrom(...fingerprints),
        fc.constantFrom(...tokens),
        fc.constantFrom('C' as const, 'D' as const),
        bodies,
      )
      .map(settleCommand),
    fc.constantFrom(...records).map(loseCommand),
  ],
  { maxCommands: 40 },
);

describe('the admit and settle scripts', () => {
  test(
    'do what their model does, whatever is asked of them in whatever order',
    async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const tenant = `t-${randomBytes(6).toString('hex')}`;
          await fc.asyncModelRun(
            () => ({ model: { spent: 0, burned: new Map(), held: new Map() }, real: { tenant } }),
            sequence,
          );
        }),
        { numRuns: runs },
      );
    },
    propertyTimeoutMs,
  );

  const fresh = (): Real => ({ tenant: `t-${randomBytes(6).toString('hex')}` });
  const input = (more: Partial<AdmitInput> = {}): AdmitInput => ({
    offsetS: 0,
    nonce: randomBytes(9).toString('hex'),
    token: 't1',
    fingerprint: 'f1',
    record: 'r1',
    ...more,
  });

  test('tA10: the window is exactly 300 s back and less than 300 s ahead, in whole seconds of the store', async () => {
    for (const [offsetS, name] of [
      [-301, 'SKEW'],
      [-300, 'GO'],
      [299, 'GO'],
      [300, 'SKEW'],
    ] as const) {
      // Again when the second turned between asking the time and being judged.
      for (let tries = 0; tries < 5; tries++) {
        const [before] = await redis.time();
        const { name: told } = await admit(fresh(), input({ offsetS }));
        const [after] = await redis.time();
        if (before !== after) continue;
        expect(told).toBe(name);
        break;
      }
    }
  });

  test('a nonce is remembered for as long as its timestamp could be taken', async () => {
    const real = fresh();
    const one = input({ nonce: 'kept' });
    await admit(real, one);
    const ttl = await redis.pttl(`{${real.tenant}}:n:k:kept`);
    expect(ttl).toBeGreaterThan(nonceTtlMs - 5_000);
    expect(ttl).toBeLessThanOrEqual(nonceTtlMs);
  });

  test('tR1: the same attempt sent twice is one: charged once, its nonce its own, its hold kept', async () => {
    const real = fresh();
    const one = input();
    const first = await admit(real, one);
    const second = await admit(real, one);
    expect([first.name, second.name]).toEqual(['GO', 'GO']);
    expect(second.remaining).toBe(first.remaining);
  });

  test('tR8: a late writer does not overwrite the new owner of a key', async () => {
    const real = fresh();
    await admit(real, input({ token: 'old' }));
    await redis.del(`{${real.tenant}}:i:r1`);
    await admit(real, input({ token: 'new' }));
    expect(await settle(real, 'r1', 'f1', 'old', 'C', 'late')).toBe(0);
    expect(await settle(real, 'r1', 'f1', 'old', 'D', '')).toBe(0);
    expect((await admit(real, input({ token: 'third' }))).name).toBe('INFLIGHT');
    expect(await settle(real, 'r1', 'f1', 'new', 'C', 'kept')).toBe(1);
    expect(await admit(real, input({ token: 'third' }))).toMatchObject({ name: 'REPLAY', extra: 'kept' });
  });

  test('tA23 tL4: a replayed nonce costs nothing, a replayed answer costs one', async () => {
    const real = fresh();
    const one = input();
    await admit(real, one);
    await settle(real, 'r1', 'f1', 't1', 'C', 'b');
    for (let times = 0; times < 3; times++)
      expect(await admit(real, { ...one, token: 'x' })).toMatchObject({ name: 'NONCE', remaining: burst - 1 });
    expect(await admit(real, input({ token: 'x' }))).toMatchObject({ name: 'REPLAY', remaining: burst - 2 });
  });

  test('tR16: no more than the burst and what has been earned since passes in any time', async () => {
    const real = fresh();
    const bucket = { intervalUs: 10_000, burst: 20 };
    const started = performance.now();
    let passed = 0;
    let waitMs = 0;
    while (performance.now() - started < 1_000) {
      const { name, extra } = await admit(real, input({ record: undefined }), bucket);
      if (name === 'GO') passed++;
      else waitMs = Math.max(waitMs, Number(extra));
    }
    const earned = (performance.now() - started) / 10;
    expect(passed).toBeLessThanOrEqual(bucket.burst + Math.ceil(earned));
    expect(passed).toBeGreaterThan(bucket.burst);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(10);
  });

  test('tR11: runs after the store has forgotten its scripts', async () => {
    expect((await admit(fresh(), input())).name).toBe('GO');
    await redis.script('FLUSH');
    expect((await admit(fresh(), input())).name).toBe('GO');
  });
});
