import { describe, expect, test } from 'vitest';
import { hourMs } from '#domain/instants';
import { flat, graduated, jump, packages, priceOf } from './price-examples.ts';
import { closing, graceEnd, late, open, rateNights, row, type Night } from './rating-examples.ts';

const tenth = { model: 'per_unit', unitPrice: '0.10' } as const;
/** `usage +34`, `late discount -5`: the lines of each night in short. */
function shown(price: object, nights: Night[], aggregation: Parameters<typeof rateNights>[2] = 'sum'): string[][] {
  return rateNights(priceOf({ ...price }), nights, aggregation).map((lines) =>
    lines.map(
      ({ kind, isLate, amountMinor }) => `${isLate ? 'late ' : ''}${kind} ${amountMinor > 0n ? '+' : ''}${amountMinor}`,
    ),
  );
}

describe('a rating', () => {
  test.each<[string, object, Night[], string[][]]>([
    [
      'books the difference to what is booked: 0.33, then 0.34',
      { model: 'per_unit', unitPrice: '0.001' },
      [open(row('333')), open(row('333'), row('333'))],
      [['usage +33'], ['usage +34']],
    ],
    ['with nothing new has no lines', tenth, [open(row('10')), open(row('10'))], [['usage +100'], []]],
    ['has a line only where it is not 0', tenth, [open(row('0.04')), open(row('0.05'))], [[], ['usage +1']]],
    [
      'of a volume that moves to another tier books minus what was booked and plus the whole new amount',
      jump,
      [open(row('15')), open(row('15'), row('1'))],
      [['usage +15000'], ['usage -15000', 'usage +8000']],
    ],
    [
      'of a volume inside a tier books one line with the difference',
      jump,
      [open(row('16')), open(row('16'), row('4'))],
      [['usage +8000'], ['usage +2000']],
    ],
    [
      'of a volume that moves to another tier for the same money still books both',
      jump,
      [open(row('10')), open(row('10'), row('10'))],
      [['usage +10000'], ['usage -10000', 'usage +10000']],
    ],
    [
      'of a tier crossed backwards by a correction books both ways again',
      jump,
      [open(row('16')), open(row('16'), row('-1'))],
      [['usage +8000'], ['usage -8000', 'usage +15000']],
    ],
    [
      'of a volume that moves to a tier that costs nothing takes back what was booked',
      {
        model: 'volume',
        tiers: [
          { upTo: 5, unitPrice: 1 },
          { upTo: null, unitPrice: 0 },
        ],
      },
      [open(row('5')), open(row('6')), open(row('6'))],
      [['usage +500'], ['usage -500'], []],
    ],
    [
      'of a volume that comes from a tier that costs nothing has nothing to take back',
      {
        model: 'volume',
        tiers: [
          { upTo: 5, unitPrice: 0 },
          { upTo: null, unitPrice: 1 },
        ],
      },
      [open(row('5')), open(row('6')), open(row('6'))],
      [[], ['usage +600'], []],
    ],
    [
      'of a graduated price that enters a tier books one line',
      graduated,
      [open(row('10')), open(row('10'), row('1'))],
      [['usage +10200'], ['usage +800']],
    ],
    ['needs no usage for a flat price', flat, [open(), open(row('5'))], [['usage +4990'], []]],
    ["needs no usage for the first tier's flat fee", graduated, [open()], [['usage +200']]],
    [
      'of packages books each once it is begun',
      packages,
      [open(row('1')), open(row('10')), open(row('11'))],
      [['usage +10000'], [], ['usage +10000']],
    ],
    [
      'of a corrected row books the difference back',
      tenth,
      [open(row('10')), open(row('10'), row('-4'))],
      [['usage +100'], ['usage -40']],
    ],
    [
      'of corrections below nothing takes back no more than was booked',
      tenth,
      [open(row('10')), open(row('10'), row('-40'))],
      [['usage +100'], ['usage -100']],
    ],
    [
      'keeps to the maximum by a discount',
      { ...tenth, maximumMinor: 150 },
      [open(row('10')), open(row('20')), open(row('30')), open(row('12'))],
      [
        ['usage +100'],
        ['usage +100', 'discount -50'],
        ['usage +100', 'discount -100'],
        ['usage -180', 'discount +150'],
      ],
    ],
    [
      'adds the minimum when it closes the period, not before',
      { ...tenth, minimumMinor: 150 },
      [open(row('10')), closing(row('10')), closing(row('10'))],
      [['usage +100'], ['commitment +50'], []],
    ],
    [
      'adds the minimum whole where there was nothing',
      { ...tenth, minimumMinor: 150 },
      [open(), closing()],
      [[], ['commitment +150']],
    ],
  ])('%s', (_, price, nights, lines) => expect(shown(price, nights)).toEqual(lines));
});

describe('usage that comes after the grace', () => {
  test.each<[string, object, Night[], string[][]]>([
    [
      'gets a line of its own',
      tenth,
      [closing(row('10')), closing(row('10'), late('5'))],
      [['usage +100'], ['late usage +50']],
    ],
    [
      'gets one per rating',
      tenth,
      [
        closing(row('10')),
        closing(row('10'), late('5')),
        closing(row('10'), late('5'), late('2')),
        closing(row('10'), late('5'), late('2')),
      ],
      [['usage +100'], ['late usage +50'], ['late usage +20'], []],
    ],
    [
      'is apart also where one rating finds both',
      tenth,
      [closing(row('10'), late('5'))],
      [['usage +100', 'late usage +50']],
    ],
    [
      'is told from usage in time by when it was received, whenever the rating runs',
      tenth,
      [{ slotAt: graceEnd + 99 * hourMs, rows: [row('10', { receivedAt: graceEnd - 1 }), late('5')] }],
      [['usage +100', 'late usage +50']],
    ],
    [
      'in time but found after the closing is booked as what it is',
      tenth,
      [closing(row('10')), closing(row('10'), late('5')), closing(row('10'), row('3'), late('5'))],
      [['usage +100'], ['late usage +50'], ['usage +30']],
    ],
    [
      'shrinks the commitment',
      { ...tenth, minimumMinor: 150 },
      [closing(row('10')), closing(row('10'), late('2')), closing(row('10'), late('2'), late('9'))],
      [
        ['usage +100', 'commitment +50'],
        ['late usage +20', 'late commitment -20'],
        ['late usage +90', 'late commitment -30'],
      ],
    ],
    [
      'keeps to the maximum',
      { ...tenth, maximumMinor: 120 },
      [closing(row('10')), closing(row('10'), late('5'))],
      [['usage +100'], ['late usage +50', 'late discount -30']],
    ],
    [
      'moves a volume to another tier',
      jump,
      [closing(row('15')), closing(row('15'), late('1')), closing(row('15'), late('1'), late('4'))],
      [['usage +15000'], ['late usage -15000', 'late usage +8000'], ['late usage +2000']],
    ],
    [
      'corrected back moves the volume back',
      jump,
      [closing(row('15')), closing(row('15'), late('1')), closing(row('15'), late('1'), late('-1'))],
      [['usage +15000'], ['late usage -15000', 'late usage +8000'], ['late usage -8000', 'late usage +15000']],
    ],
    [
      'that is a correction takes back',
      tenth,
      [closing(row('10')), closing(row('10'), late('-4'))],
      [['usage +100'], ['late usage -40']],
    ],
  ])('%s', (_, price, nights, lines) => expect(shown(price, nights)).toEqual(lines));
});

describe('a meter of another kind', () => {
  test.each<[string, 'max' | 'latest' | 'count', Night[], string[][]]>([
    [
      'max books only what exceeds it',
      'max',
      [open(row('10')), open(row('10'), row('7')), open(row('10'), row('12'))],
      [['usage +100'], [], ['usage +20']],
    ],
    [
      'latest may take back',
      'latest',
      [open(row('10')), open(row('10'), row('7', { windowEnd: 2 * hourMs }))],
      [['usage +100'], ['usage -30']],
    ],
    ['count books rows', 'count', [open(row('10')), open(row('10'), row('7'))], [['usage +10'], ['usage +10']]],
  ])('%s', (_, aggregation, nights, lines) => expect(shown(tenth, nights, aggregation)).toEqual(lines));
});

describe('the rating that closes a period', () => {
  test('keeps its commitment when an older slot runs again', () => {
    const price = { ...tenth, minimumMinor: 150 };
    expect(shown(price, [closing(row('10')), open(row('10'))])).toEqual([['usage +100', 'commitment +50'], []]);
  });
});
