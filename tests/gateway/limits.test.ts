import { setTimeout as sleep } from 'node:timers/promises';
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createAddressBuckets } from '#gateway/limits/address-buckets';
import { createBodyMemory } from '#gateway/limits/body-memory';
import { createBreaker } from '#gateway/limits/breaker';
import { createDeadlines, DeadlinePassed } from '#gateway/limits/deadlines';
import { createOverload } from '#gateway/limits/overload';
import { createStopSignal } from '#gateway/limits/stop-signal';
import { createTenantTurns } from '#gateway/limits/tenant-turns';
import { createLookupLimit } from '#gateway/keys/lookup-limit';
import { clientPrefix, normalized, prefixOf } from '#gateway/request/client-address';

describe('the limit by address', () => {
  const open = (more: object = {}) => {
    let now = 1_000;
    const buckets = createAddressBuckets({ ratePerS: 10, burst: 5, nowMs: () => now, ...more });
    return { buckets, pass: (ms: number) => (now += ms) };
  };

  test('is spent only by what is charged, and refills at its rate', () => {
    const { buckets, pass } = open();
    for (let times = 0; times < 100; times++) expect(buckets.check('a').waitMs).toBe(0);
    for (let times = 0; times < 5; times++) buckets.charge('a');
    expect(buckets.check('a')).toEqual({ waitMs: 100, remaining: 0, resetMs: 500 });
    expect(buckets.check('b')).toEqual({ waitMs: 0, remaining: 5, resetMs: 0 });
    pass(100);
    expect(buckets.check('a')).toEqual({ waitMs: 0, remaining: 1, resetMs: 400 });
    pass(10_000);
    expect(buckets.check('a')).toEqual({ waitMs: 0, remaining: 5, resetMs: 0 });
  });

  test('what was under way when the bucket ran dry does not make the wait endless', () => {
    const { buckets } = open();
    for (let times = 0; times < 1_000; times++) buckets.charge('a');
    expect(buckets.check('a').waitMs).toBeLessThanOrEqual(100);
  });

  test('is bounded: who has refilled goes, and when all are busy new ones share one bucket', () => {
    const { buckets, pass } = open({ prefixesMax: 3 });
    for (const prefix of ['a', 'b', 'c']) for (let times = 0; times < 5; times++) buckets.charge(prefix);
    for (let times = 0; times < 5; times++) buckets.charge(`new-${times}`);
    expect(buckets.check('never-seen').waitMs).toBeGreaterThan(0);
    expect(buckets.check('a').waitMs).toBeGreaterThan(0);
    pass(10_000);
    buckets.charge('later');
    expect(buckets.check('later').remaining).toBe(4);
    expect(buckets.check('never-seen').waitMs).toBe(0);
  });
});

describe('control 16 tB20: the address of a client', () => {
  const proxies = new BlockList();
  proxies.addSubnet('10.0.0.0', 8, 'ipv4');
  proxies.addAddress('2001:db8::1', 'ipv6');
  const from = (remoteAddress: string, ...forwarded: string[]) => {
    const rawHeaders = forwarded.flatMap((value) => ['X-Forwarded-For', value]);
    return { socket: { remoteAddress }, rawHeaders };
  };

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is limited as %s', (address, prefix) => {
    expect(prefixOf(normalized(address) ?? '')).toBe(prefix);
  });

  test.each([
    ['a peer that is no proxy cannot name another', from('192.0.2.7', '1.2.3.4'), '192.0.2.7'],
    ['behind one proxy', from('10.0.0.1', '1.2.3.4'), '1.2.3.4'],
    ["the leftmost entry is the client's own word", from('10.0.0.1', '9.9.9.9, 1.2.3.4'), '1.2.3.4'],
    ['behind two proxies', from('10.0.0.1', '9.9.9.9, 1.2.3.4, 10.0.0.2'), '1.2.3.4'],
    ['two headers are one list', from('10.0.0.1', '9.9.9.9', '1.2.3.4,10.0.0.2'), '1.2.3.4'],
    ['a malformed entry ends the walk', from('10.0.0.1', '1.2.3.4, nonsense, 10.0.0.2'), '10.0.0.2'],
    ['nothing but proxies', from('10.0.0.1', '10.0.0.3, 10.0.0.2'), '10.0.0.3'],
    ['no header', from('10.0.0.1'), '10.0.0.1'],
    ['with a port', from('10.0.0.1', '1.2.3.4:5678'), '1.2.3.4'],
    ['IPv6 in brackets with a port', from('10.0.0.1', '[2001:db8:9::9]:443'), '2001:db8:9:0::/64'],
    ['an IPv4-mapped proxy', from('::ffff:10.0.0.1', '1.2.3.4'), '1.2.3.4'],
    ['an IPv6 proxy', from('2001:db8::1', '1.2.3.4'), '1.2.3.4'],
  ])('%s', (_name, incoming, prefix) => {
    expect(clientPrefix(incoming, proxies)).toBe(prefix);
  });

  test('without trusted proxies the header means nothing', () => {
    expect(clientPrefix(from('10.0.0.1', '1.2.3.4'), undefined)).toBe('10.0.0.1');
  });
});

describe('overload', () => {
  test('takes no more than may be at work, and sheds while there is no place', () => {
    const overload = createOverload({ inFlightMax: 2, lagMsMax: 1_000 });
    expect([overload.enter(), overload.enter(), overload.enter()]).toEqual([true, true, false]);
    expect(overload.isShedding()).toBe(true);
    overload.leave();
    expect([overload.isShedding(), overload.enter()]).toEqual([false, true]);
    overload.close();
  });
});

test('bodies in memory are bounded', () => {
  const memory = createBodyMemory(10, 10);
  const [a, b] = [memory.begin('a', () => undefined), memory.begin('b', () => undefined)];
  expect([a.take(6), a.take(5), b.take(4)]).toEqual([true, false, true]);
  memory.give(6);
  a.ended();
  expect([memory.begin('a', () => undefined).take(6), memory.held()]).toEqual([true, 10]);
});

test('of what is on its way one address holds its share, of what has come whole anything', () => {
  const memory = createBodyMemory(10, 4);
  const [a, b] = [memory.begin('a', () => undefined), memory.begin('b', () => undefined)];
  expect([a.take(4), a.take(1), b.take(1)]).toEqual([true, false, true]);
  a.ended();
  expect([memory.begin('a', () => undefined).take(4), memory.held()]).toEqual([true, 9]);
});

test('where all memory for bodies is taken, who has most on its way loses its oldest body to one who has less, and to nobody else', () => {
  const memory = createBodyMemory(10, 5);
  const gone: string[] = [];
  const begin = (address: string, name: string, bytes: number) => {
    const body = memory.begin(address, () => {
      gone.push(name);
      body.ended();
      memory.give(bytes);
    });
    return { ...body, isTaken: body.take(bytes) };
  };
  for (const name of ['first', 'second', 'third']) begin('a', name, 1);
  begin('b', 'large', 4);
  const whole = begin('c', 'whole', 3);
  whole.ended();
  expect([begin('d', 'equal', 4).isTaken, gone]).toEqual([false, []]);
  expect([begin('e', 'small', 2).isTaken, gone]).toEqual([true, ['large']]);
  expect([begin('f', 'another', 2).isTaken, begin('g', 'one', 1).isTaken, gone]).toEqual([
    true,
    true,
    ['large', 'first'],
  ]);
});

test('a breaker opens after failures in a row, says no at once, and closes when the store is back', async () => {
  let isBack = false;
  const changes: boolean[] = [];
  const breaker = createBreaker({
    failuresMax: 3,
    probeEveryMs: 10,
    probe: () => (isBack ? Promise.resolve() : Promise.reject(new Error('away'))),
    onChange: (isOpen) => changes.push(isOpen),
  });
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  breaker.failed();
  expect(breaker.isOpen()).toBe(false);
  breaker.failed();
  expect(breaker.isOpen()).toBe(true);
  await sleep(50);
  expect(breaker.isOpen()).toBe(true);
  isBack = true;
  await sleep(50);
  expect(changes).toEqual([true, false]);
  breaker.close();
});

test('tB28: work of one tenant runs one at a time, that of another beside it, and not too many wait', async () => {
  const turns = createTenantTurns();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name}+`);
    await sleep(20);
    log.push(`${name}-`);
    return name;
  };
  const [a, b, c] = await Promise.all([
    turns.run('t1', work('a')),
    turns.run('t1', work('b')),
    turns.run('t2', work('c')),
  ]);
  expect([a, b, c]).toEqual(['a', 'b', 'c']);
  expect(log.indexOf('a-')).toBeLessThan(log.indexOf('b+'));
  expect(log.indexOf('c+')).toBeLessThan(log.indexOf('a-'));
  await expect(turns.run('t1', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await turns.run('t1', work('d'))).toBe('d');
  const many = await Promise.all(Array.from({ length: 40 }, () => turns.run('t3', () => sleep(1, 'done'))));
  expect(many.filter((result) => result === undefined)).toHaveLength(8);
});

test('look-ups of unknown keys are held to their rate, and turned away when the wait is too long', async () => {
  const limit = createLookupLimit(200, 100);
  const started = performance.now();
  const results = await Promise.all(Array.from({ length: 60 }, () => limit.enter()));
  expect(results.filter(Boolean).length).toBeLessThanOrEqual(42);
  expect(results.filter(Boolean).length).toBeGreaterThanOrEqual(40);
  expect(performance.now() - started).toBeGreaterThan(90);
});

test('a wait ends at its deadline, whatever comes of it later', async () => {
  const deadlines = createDeadlines(50);
  expect(await deadlines.within(Promise.resolve('in time'))).toBe('in time');
  await expect(deadlines.within(Promise.reject(new Error('own')))).rejects.toThrow('own');
  const started = performance.now();
  await expect(deadlines.within(new Promise(() => undefined))).rejects.toBeInstanceOf(DeadlinePassed);
  expect(performance.now() - started).toBeLessThan(150);
  deadlines.close();
});

test('nobody is kept waiting once the process stops', async () => {
  const stop = createStopSignal();
  expect(await stop.orStopped(Promise.resolve('decided'))).toBe('decided');
  const waiting = stop.orStopped(new Promise(() => undefined));
  stop.stop();
  expect(await waiting).toBeUndefined();
  expect(await stop.orStopped(Promise.resolve('too late'))).toBeUndefined();
});
