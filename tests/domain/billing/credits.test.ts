import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceAt, balanceDifference, type CreditGrant, type CreditUse } from '#domain/billing/credits';
import { compare, decimal, formatDecimal, subtract, sum } from '#domain/decimal';
import { runs } from './runs.ts';

const grant = (id: string, credits: string, more: Partial<CreditGrant> = {}): CreditGrant => ({
  id,
  priority: 100,
  credits: decimal(credits),
  grantedAt: 0,
  ...more,
});
const use = (credits: string, usedAt = 10, id = `u${usedAt}`): CreditUse => ({ id, credits: decimal(credits), usedAt });

/** `a 3/0/7`: used, expired, remaining. */
const shown = (grants: CreditGrant[], uses: CreditUse[], at = 100) => {
  const { grants: balances, overage } = balanceAt(grants, uses, at);
  return [
    ...balances.map(
      ({ id, ...amounts }) =>
        `${id} ${[amounts.used, amounts.expired, amounts.remaining].map(formatDecimal).join('/')}`,
    ),
    ...(overage.units === 0n ? [] : [`overage ${formatDecimal(overage)}`]),
  ];
};

describe('credits burn', () => {
  test.each<[string, CreditGrant[], CreditUse[], string[]]>([
    [
      'by priority first, lower numbers first',
      [grant('a', '10', { priority: 2, expiresAt: 50 }), grant('b', '10', { priority: 1 })],
      [use('3')],
      ['b 3/0/7', 'a 0/10/0'],
    ],
    [
      'then by the earliest expiry',
      [grant('a', '10', { expiresAt: 300 }), grant('b', '10', { expiresAt: 200, grantedAt: 5 })],
      [use('3')],
      ['b 3/0/7', 'a 0/0/10'],
    ],
    [
      'where none is the last expiry',
      [grant('a', '10'), grant('b', '10', { expiresAt: 200, grantedAt: 5 })],
      [use('3')],
      ['b 3/0/7', 'a 0/0/10'],
    ],
    [
      'then by age',
      [grant('a', '10', { grantedAt: 5 }), grant('b', '10', { grantedAt: 4 })],
      [use('3')],
      ['b 3/0/7', 'a 0/0/10'],
    ],
    ['from one grant into the next', [grant('a', '2'), grant('b', '10')], [use('3')], ['a 2/0/0', 'b 1/0/9']],
    ['into overage where no grant covers', [grant('a', '2')], [use('3'), use('4', 11)], ['a 2/0/0', 'overage 5']],
    [
      'in the order they were used, not in which they came',
      [grant('a', '5', { expiresAt: 20 }), grant('b', '5')],
      [use('5', 30), use('4', 10)],
      ['a 4/1/0', 'b 5/0/0'],
    ],
    ['from the instant of the grant', [grant('a', '5', { grantedAt: 10 })], [use('5', 10)], ['a 5/0/0']],
    ['not before it', [grant('a', '5', { grantedAt: 10 })], [use('5', 9)], ['a 0/0/5', 'overage 5']],
    [
      'until just before the grant expires',
      [grant('a', '5', { expiresAt: 10 })],
      [use('2', 9), use('1', 10)],
      ['a 2/3/0', 'overage 1'],
    ],
    [
      'without what staff took back, which is no use and leaves no overage',
      [grant('a', '10'), grant('b', '-5', { grantedAt: 5 })],
      [use('3')],
      ['a 3/0/2', 'b 0/0/0'],
    ],
    [
      'before it is taken back, of which what was used is left',
      [grant('a', '10'), grant('b', '-5', { grantedAt: 20 })],
      [use('8', 10), use('1', 30)],
      ['a 8/0/0', 'b 0/0/0', 'overage 1'],
    ],
    ['in parts of nine places', [grant('a', '0.000000003')], [use('0.000000001')], ['a 0.000000001/0/0.000000002']],
  ])('%s', (_, grants, uses, lines) => expect(shown(grants, uses)).toEqual(lines));
});

describe('what remains', () => {
  test('is granted - used - expired', () => {
    const balance = balanceAt([grant('a', '10', { expiresAt: 50 }), grant('b', '10')], [use('4')], 100);
    expect([balance.granted, balance.used, balance.expired, balance.remaining].map(formatDecimal)).toEqual([
      '20',
      '4',
      '6',
      '10',
    ]);
  });
  test('as of an instant knows no later grant, use or expiry', () => {
    const grants = [grant('a', '10', { expiresAt: 50 }), grant('b', '10', { grantedAt: 60 })];
    expect(shown(grants, [use('4', 49), use('1', 70)], 49)).toEqual(['a 4/0/6']);
    expect(shown(grants, [use('4', 49), use('1', 70)], 50)).toEqual(['a 4/6/0']);
    expect(shown(grants, [use('4', 49), use('1', 70)], 60)).toEqual(['a 4/6/0', 'b 0/0/10']);
    expect(shown(grants, [use('4', 49), use('1', 70)], 70)).toEqual(['a 4/6/0', 'b 1/0/9']);
  });
  test('names the overage of each use', () => {
    const { overages } = balanceAt([grant('a', '5')], [use('3', 1), use('4', 2), use('1', 3)], 9);
    expect(overages.map(({ id, credits }) => `${id} ${formatDecimal(credits)}`)).toEqual(['u2 2', 'u3 1']);
  });
  test.each([
    ['10', '0'],
    ['10.5', '0.5'],
    ['9', '-1'],
  ])('stored as %s differs by %s', (stored, difference) => {
    expect(formatDecimal(balanceDifference(decimal(stored), balanceAt([grant('a', '10')], [], 1)))).toBe(difference);
  });
});

describe('any grants and uses', () => {
  const amount = fc.constantFrom('0', '1', '2.5', '10', '0.000000001');
  const grants = fc.array(
    fc.record({
      priority: fc.nat(2),
      credits: fc.oneof(amount, fc.constantFrom('-1', '-10')).map(decimal),
      grantedAt: fc.nat(20),
      expiresAt: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    }),
    { maxLength: 5 },
  );
  const uses = fc.array(fc.tuple(amount, fc.nat(40)), { maxLength: 6 });
  const world = fc.record({
    grants: grants.map((all) => all.map((one, index) => ({ ...one, id: `g${index}` }))),
    uses: uses.map((all) => all.map(([credits, usedAt], index) => use(credits, usedAt, `u${index}`))),
    at: fc.nat(50),
  });

  test('lose no credit: used and overage are what was used, no grant holds below 0, remaining adds up', () => {
    fc.assert(
      fc.property(world, ({ grants: all, uses: burnt, at }) => {
        const balance = balanceAt(all, burnt, at);
        const spent = sum(burnt.filter(({ usedAt }) => usedAt <= at).map(({ credits }) => credits));
        expect(compare(sum([balance.used, balance.overage]), spent)).toBe(0);
        expect(compare(sum(balance.grants.map(({ remaining }) => remaining)), balance.remaining)).toBe(0);
        expect(compare(balance.remaining, subtract(subtract(balance.granted, balance.used), balance.expired))).toBe(0);
        for (const { used, expired, remaining } of balance.grants)
          for (const part of [used, expired, remaining]) expect(part.units).toBeGreaterThanOrEqual(0n);
      }),
      runs,
    );
  });

  test('come to one balance whatever the order they came in', () => {
    const shuffled = world.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray(one.grants, { minLength: one.grants.length }),
        fc.shuffledSubarray(one.uses, { minLength: one.uses.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, otherGrants, otherUses]) => {
        expect(balanceAt(otherGrants, otherUses, one.at)).toEqual(balanceAt(one.grants, one.uses, one.at));
      }),
      runs,
    );
  });
});
