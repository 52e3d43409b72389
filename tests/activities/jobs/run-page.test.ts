import { expect, test } from 'vitest';
import type { JobPhase } from '#activities/jobs/job-phase';
import { addCounts, patientAttemptsMax, runPage, type PagePorts, type PageProgress } from '#activities/jobs/run-page';
import { planPages } from '#activities/jobs/plan-pages';

const slot = { slot: '2026-11-23', at: Date.parse('2026-11-23T02:15:00Z'), isForced: false };
const page = { phase: 'p', after: '', until: '\u{10ffff}' };

interface Play {
  readonly ids: readonly string[];
  readonly setSize?: number;
  readonly fails?: (ids: readonly string[]) => unknown;
  readonly ports?: Partial<PagePorts>;
}

/** A page over ids, whose sets fail as the test says. */
async function play({ ids, setSize = 4, fails = () => undefined, ports = {} }: Play) {
  const sets: string[] = [];
  const failed: string[] = [];
  const told: PageProgress[] = [];
  const phase: JobPhase = {
    name: 'p',
    setSize,
    due: () => Promise.resolve([...ids]),
    apply(set) {
      sets.push(set.join(''));
      const error = fails(set);
      return error === undefined ? Promise.resolve({ n: set.length }) : Promise.reject(error);
    },
  };
  const all: PagePorts = {
    resumed: undefined,
    attempt: 1,
    inTurn: ({ setSize: size }, set) => set(size),
    told: (progress) => void told.push(progress),
    mayGoOn: () => undefined,
    failed: (orgId) => Promise.resolve(void failed.push(orgId)),
    ...ports,
  };
  const counts = await runPage(phase, slot, page, all).catch((error: unknown) => error);
  return { counts, sets, failed, told };
}

const letters = 'abcdefgh'.split('');
const coded = (code: string) => Object.assign(new Error('x'), { code });

test('one id that fails among many is found by halving; all others are done, each once', async () => {
  for (const bad of letters) {
    const { counts, failed, sets } = await play({
      ids: letters,
      setSize: 8,
      fails: (set) => (set.includes(bad) ? new RangeError('x') : undefined),
    });
    expect(failed).toEqual([bad]);
    expect(counts).toEqual({ n: 7, failed: 1 });
    expect(sets.length).toBe(7);
  }
});

test('where every id fails all are named, and the page still ends', async () => {
  const { counts, failed } = await play({ ids: letters, fails: () => coded('23514') });
  expect(failed).toEqual(letters);
  expect(counts).toEqual({ failed: 8 });
});

test('trouble repeats the page, until at a late attempt it names who has it', async () => {
  const fails = (set: readonly string[]) => (set.includes('b') ? coded('ECONNREFUSED') : undefined);
  const early = await play({ ids: letters, fails, ports: { attempt: patientAttemptsMax - 1 } });
  expect(early.counts).toMatchObject({ code: 'ECONNREFUSED' });
  expect(early.failed).toEqual([]);
  const late = await play({ ids: letters, fails, ports: { attempt: patientAttemptsMax } });
  expect(late.failed).toEqual(['b']);
  expect(late.counts).toEqual({ n: 7, failed: 1 });
});

test('while the failure itself cannot be recorded the page is repeated', async () => {
  const failed = () => Promise.reject(coded('ECONNREFUSED'));
  const { counts, told } = await play({ ids: letters, fails: () => coded('57P01'), ports: { attempt: 9, failed } });
  expect(counts).toMatchObject({ code: 'ECONNREFUSED' });
  expect(told).toEqual([]);
});

test('a race is run again and then read from the winner; one that never ends is a failure', async () => {
  let races = 2;
  const won = await play({ ids: ['a'], fails: () => (races-- > 0 ? coded('23505') : undefined) });
  expect(won).toMatchObject({ counts: { n: 1 }, failed: [], sets: ['a', 'a', 'a'] });
  const lost = await play({ ids: ['a'], fails: () => coded('23505') });
  expect(lost).toMatchObject({ counts: { failed: 1 }, failed: ['a'], sets: ['a', 'a', 'a'] });
});

test('a page goes on behind what an earlier attempt did, and keeps its counts', async () => {
  const { sets, counts, told } = await play({
    ids: letters,
    setSize: 2,
    ports: { resumed: { cursor: 'd', counts: { n: 4 } } },
  });
  expect(sets).toEqual(['ef', 'gh']);
  expect(counts).toEqual({ n: 8 });
  expect(told.map(({ cursor }) => cursor)).toEqual(['f', 'h']);
});

test('a page stops before the next set once it may not go on', async () => {
  let asked = 0;
  const mayGoOn = () => {
    asked += 1;
    if (asked > 2) throw new Error('cancelled');
  };
  const { sets, counts } = await play({ ids: letters, setSize: 2, ports: { mayGoOn } });
  expect(sets).toEqual(['ab', 'cd']);
  expect(counts).toMatchObject({ message: 'cancelled' });
});

test('pages cover what is due once, whatever order a phase tells it in, and a plan has at most 500 of them', async () => {
  const ids = Array.from({ length: 1_201 }, (_, n) => `org-${n}`);
  const phase: JobPhase = { name: 'p', setSize: 1, pageSize: 2, due: async () => ids, apply: async () => ({}) };
  const first = await planPages(phase, slot, '');
  expect(first).toMatchObject({ isLast: false });
  expect(first.boundaries).toHaveLength(500);
  const second = await planPages(phase, slot, first.boundaries.at(-1) ?? '');
  expect(second).toMatchObject({ isLast: true });
  expect(second.boundaries).toHaveLength(101);
  expect(second.boundaries.at(-1)).toBe(ids.toSorted().at(-1));
  expect(await planPages(phase, slot, second.boundaries.at(-1) ?? '')).toEqual({ boundaries: [], isLast: true });
});

test('a page is at least a set, and 200 ids where a phase says nothing', async () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `org-${String(n).padStart(4, '0')}`);
  const pagesOf = async (more: Partial<JobPhase>) => {
    const phase: JobPhase = { name: 'p', setSize: 10, due: async () => ids, apply: async () => ({}), ...more };
    return (await planPages(phase, slot, '')).boundaries.length;
  };
  expect(await pagesOf({})).toBe(5);
  expect(await pagesOf({ setSize: 500 })).toBe(2);
  expect(await pagesOf({ pageSize: 20 })).toBe(50);
});

test('ids are ordered by their bytes, as the ranges of the database are', async () => {
  const ids = ['z', '\u{1f600}', '\u{ff5e}', 'a'];
  const phase: JobPhase = { name: 'p', setSize: 1, pageSize: 1, due: async () => ids, apply: async () => ({}) };
  expect((await planPages(phase, slot, '')).boundaries).toEqual(['a', 'z', '\u{ff5e}', '\u{1f600}']);
});

test('counts are sums by name', () => {
  expect(addCounts({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 5, c: 4 });
});
