import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { byOccurrence } from '#domain/fold';
import { folds } from '#domain/folds';
import { invoiceFigures } from '#domain/folds/invoice';
import type { Told } from '../../support/events.ts';
import { history } from './history.ts';
import { failed, issued, paid, refunded } from './invoice-events.ts';

const runs = process.env['LONG'] ? 10_000 : 300;
vi.setConfig({ testTimeout: process.env['LONG'] ? 600_000 : 60_000 });

describe('any history', () => {
  const amount = fc.integer({ min: 1, max: 5 });
  const at = fc.integer({ min: 0, max: 6 });
  const letter = fc.constantFrom('A', 'B');
  const money = fc.constantFrom('EUR', 'EUR', 'EUR', 'USD');
  const told: fc.Arbitrary<Told> = fc.oneof(
    fc.tuple(amount, at, money).map(([minor, when, currency]) => issued(minor, when, { currency })),
    fc.tuple(letter, amount, at, money).map(([ref, minor, when, currency]) => paid(ref, minor, when, { currency })),
    fc.tuple(letter, amount, at).map(([ref, minor, when]) => failed(ref, minor, when)),
    fc
      .tuple(letter, amount, at, fc.option(letter, { nil: undefined }))
      .map(([ref, minor, when, paymentId]) => refunded(ref, minor, when, paymentId ? { paymentId } : {})),
  );

  test('O1: gives one state and one set of verdicts whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(told, { maxLength: 8 }).chain((list) =>
          fc.tuple(
            fc.constant(history(list)),
            fc.shuffledSubarray(
              list.map((_, index) => index),
              { minLength: list.length },
            ),
          ),
        ),
        ([events, order]) => {
          const shuffled = order.flatMap((index) => events[index] ?? []);
          expect(folds.invoice(shuffled)).toEqual(folds.invoice(events));
        },
      ),
      { numRuns: runs },
    );
  });

  test('money is conserved: received = taken + credit, refunds never exceed what was taken', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 10 }), (list) => {
        const { state } = folds.invoice(history(list));
        if (!state) return;
        const figures = invoiceFigures(state);
        const received = state.payments
          .filter(({ status }) => status === 'succeeded')
          .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        expect(figures.paidMinor + figures.overpaidMinor).toBe(received);
        expect(figures.refundedMinor <= received).toBe(true);
        if (figures.status !== 'incomplete') expect(figures.paidMinor + figures.dueMinor).toBe(figures.totalMinor);
      }),
      { numRuns: runs },
    );
  });

  test('an event applied again under another id changes nothing but the version', () => {
    fc.assert(
      fc.property(fc.array(told, { minLength: 1, maxLength: 6 }), (list) => {
        const once = history(list);
        const last = once.toSorted(byOccurrence).at(-1);
        if (!last || last.event.type !== 'invoice.paid') return;
        const twice = folds.invoice([...once, { ...last, eventId: 'evt_z' }]);
        expect(twice.state?.payments).toEqual(folds.invoice(once).state?.payments);
      }),
      { numRuns: runs },
    );
  });
});
