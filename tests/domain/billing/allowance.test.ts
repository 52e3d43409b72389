import { describe, expect, test } from 'vitest';
import {
  alertKey,
  alertsToFire,
  defaultAlertLevels,
  isCapReached,
  usesOverCap,
  type Allowance,
} from '#domain/billing/allowance';
import { decimal } from '#domain/decimal';

const allowance = (credits: string, isHardCap = false): Allowance => ({
  credits: decimal(credits),
  alertLevels: defaultAlertLevels,
  isHardCap,
});
const use = (id: string, credits: string, usedAt: number) => ({ id, credits: decimal(credits), usedAt });

describe('alerts', () => {
  test.each<[string, string, Allowance | undefined, number[], number[]]>([
    ['fire at 75, 90 and 100 %', '100', allowance('100'), [], [75, 90, 100]],
    ['fire not below the level', '74.999999999', allowance('100'), [], []],
    ['fire at the level', '75', allowance('100'), [], [75]],
    ['fire above it', '89.9', allowance('100'), [], [75]],
    ['fire once per level', '80', allowance('100'), [75], []],
    ['fire both levels that one event crosses', '95', allowance('100'), [], [75, 90]],
    ['fire only the new one of them', '95', allowance('100'), [75], [90]],
    ['fire exactly for an allowance with places', '0.000000003', allowance('0.000000004'), [], [75]],
    ['fire not without an allowance', '95', undefined, [], []],
    ['fire not before anything is used', '0', allowance('0'), [], []],
    ['fire all at any use where nothing is allowed', '0.1', allowance('0'), [], [75, 90, 100]],
    ['fire at the levels of the org', '50', { ...allowance('100'), alertLevels: [50] }, [], [50]],
  ])('%s', (_, used, allowed, fired, levels) => expect(alertsToFire(decimal(used), allowed, fired)).toEqual(levels));

  test('fire once per org, month and level', () =>
    expect(alertKey('acme', '2026-11', 90)).toBe('ai-alert:acme:2026-11:90'));
});

describe('a hard cap', () => {
  test.each<[string, string, Allowance | undefined, boolean]>([
    ['refuses further use at 100 %', '100', allowance('100', true), true],
    ['not below it', '99.999999999', allowance('100', true), false],
    ['that is not set refuses nothing', '500', allowance('100'), false],
    ['without an allowance there is none', '500', undefined, false],
  ])('%s', (_, used, allowed, isReached) => expect(isCapReached(decimal(used), allowed)).toBe(isReached));

  const uses = [use('c', '2', 3), use('a', '99', 1), use('b', '1', 2), use('d', '0.5', 4)];
  test.each<[string, Allowance | undefined, string[]]>([
    ['marks each use that lifts the month above the allowance, as a whole', allowance('100', true), ['c', 'd']],
    ['marks none that comes just up to it', allowance('102.5', true), []],
    ['that is not set marks none', allowance('1'), []],
    ['without an allowance marks none', undefined, []],
  ])('%s', (_, allowed, over) => expect(usesOverCap(uses, allowed)).toEqual(over));

  test('at one instant goes by the ids of the uses', () => {
    const together = [use('b', '60', 1), use('a', '60', 1)];
    expect(usesOverCap(together, allowance('100', true))).toEqual(['b']);
    expect(usesOverCap(together.toReversed(), allowance('100', true))).toEqual(['b']);
  });
});
