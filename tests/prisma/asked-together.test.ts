import { expect, test } from 'vitest';
import { askedTogether } from '#prisma/asked-together';

interface Row {
  readonly metric: string;
}

test('what is asked for in one turn is read at once, and each gets what is its own', async () => {
  const reads: (readonly string[])[] = [];
  const read = (names: readonly string[]) => {
    reads.push(names);
    return Promise.resolve(names.map((metric) => ({ metric })));
  };
  const [source, together] = [{}, askedTogether<object, Row>()];
  const [first, second, other] = await Promise.all([
    together(source, 'days', ['a', 'b'], read),
    Promise.resolve().then(() => together(source, 'days', ['b', 'c'], read)),
    together(source, 'months', ['a'], read),
  ]);
  expect(reads).toEqual([['a', 'b', 'c'], ['a']]);
  expect([first, second, other].map((rows) => rows.map(({ metric }) => metric))).toEqual([
    ['a', 'b'],
    ['b', 'c'],
    ['a'],
  ]);
  await together(source, 'days', ['a'], read);
  expect(reads).toHaveLength(3);
});

test('what fails is asked anew', async () => {
  const together = askedTogether<object, Row>();
  const source = {};
  const failing = () => Promise.reject(new Error('away'));
  const both = [together(source, 'days', ['a'], failing), together(source, 'days', ['b'], failing)];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await together(source, 'days', ['a'], () => Promise.resolve([{ metric: 'a' }]))).toEqual([{ metric: 'a' }]);
});
