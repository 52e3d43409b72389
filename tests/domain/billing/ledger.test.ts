import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { credit, giveUp, openDraft, pay, refund, voidInvoice, writeOff, type Invoice } from '#domain/billing/invoice';
import { leftOf, spreadOver, sumOfParts, type PartAmounts } from '#domain/billing/invoice-totals';
import { balanceOf, entriesOf, reversalOf, type LedgerEntry, type LedgerFact } from '#domain/billing/ledger';
import { isRefusal } from '#domain/billing/refusals';
import { streams } from '#domain/billing/streams';
import { decimal } from '#domain/decimal';
import { runs, thoroughRuns } from './runs.ts';

const none: PartAmounts = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n, tax: 0n };
const parts: PartAmounts = { ...none, leads: 70n, usage: 30n, tax: 20n };

/** `receivable +120`, `revenue leads -70`: debit above 0. */
const shown = (entries: LedgerEntry[]) =>
  entries.map(({ account, stream, amountMinor }) =>
    [account, ...(stream ? [stream] : []), amountMinor > 0n ? `+${amountMinor}` : `${amountMinor}`].join(' '),
  );

describe('the entries of', () => {
  test.each<[string, LedgerFact, string[]]>([
    [
      'an issued invoice: receivable up, revenue of the streams and tax up',
      { fact: 'issued', parts },
      ['receivable +120', 'revenue leads -70', 'revenue usage -30', 'tax -20'],
    ],
    ['an invoice over 0', { fact: 'issued', parts: none }, []],
    [
      'a payment: cash up, receivable down',
      { fact: 'paid', takenMinor: 120n, excessMinor: 0n },
      ['cash +120', 'receivable -120'],
    ],
    [
      'credit gained: cash up, receivable down by what was due, credit up by the rest',
      { fact: 'paid', takenMinor: 120n, excessMinor: 30n },
      ['cash +150', 'receivable -120', 'credit -30'],
    ],
    [
      'money for a written-off or void invoice: credit whole',
      { fact: 'paid', takenMinor: 0n, excessMinor: 30n },
      ['cash +30', 'credit -30'],
    ],
    [
      'a dispute that was lost: cash down, receivable up by what is due again, credit down by the rest',
      { fact: 'charged_back', takenMinor: 120n, excessMinor: 30n },
      ['cash -150', 'receivable +120', 'credit +30'],
    ],
    [
      'one that was won after all: as a payment',
      { fact: 'reinstated', takenMinor: 120n, excessMinor: 30n },
      ['cash +150', 'receivable -120', 'credit -30'],
    ],
    ['what a dispute costs: fees up, cash down', { fact: 'dispute_fee', amountMinor: 15n }, ['fees +15', 'cash -15']],
    [
      'credit used: credit down, receivable down',
      { fact: 'credit_used', amountMinor: 50n },
      ['credit +50', 'receivable -50'],
    ],
    [
      'credit paid out: credit down, cash down',
      { fact: 'credit_paid_out', amountMinor: 50n },
      ['credit +50', 'cash -50'],
    ],
    [
      'credit that was not there after all: receivable up, credit up',
      { fact: 'credit_taken_back', amountMinor: 50n },
      ['receivable +50', 'credit -50'],
    ],
    [
      'a refund: revenue and tax down, cash down',
      { fact: 'refunded', parts, to: 'cash' },
      ['revenue leads +70', 'revenue usage +30', 'tax +20', 'cash -120'],
    ],
    [
      'a refund of what was paid by credit: credit up',
      { fact: 'refunded', parts, to: 'credit' },
      ['revenue leads +70', 'revenue usage +30', 'tax +20', 'credit -120'],
    ],
    [
      'a credit note: revenue and tax down, receivable down',
      { fact: 'credited', parts },
      ['revenue leads +70', 'revenue usage +30', 'tax +20', 'receivable -120'],
    ],
    [
      'a void invoice: the same',
      { fact: 'voided', parts },
      ['revenue leads +70', 'revenue usage +30', 'tax +20', 'receivable -120'],
    ],
    [
      'a write-off: bad debt up, receivable down',
      { fact: 'written_off', amountMinor: 60n },
      ['bad_debt +60', 'receivable -60'],
    ],
    [
      'a draft below 0 carried into credit: revenue and tax down, credit up',
      { fact: 'credit_carried', parts: { ...none, subscriptions: -150n, usage: 50n, tax: -20n } },
      ['revenue subscriptions +150', 'revenue usage -50', 'tax +20', 'credit -120'],
    ],
  ])('%s', (_, fact, entries) => expect(shown(entriesOf(fact))).toEqual(entries));

  test('a reversal: the same the other way', () => {
    const entries = entriesOf({ fact: 'paid', takenMinor: 120n, excessMinor: 30n });
    expect(shown(reversalOf(entries))).toEqual(['cash -150', 'receivable +120', 'credit +30']);
  });
});

/** An invoice with its ledger and what was spread over its parts. */
interface Books {
  readonly invoice: Invoice;
  readonly parts: PartAmounts;
  readonly spreads: readonly PartAmounts[];
  readonly transactions: readonly (readonly LedgerEntry[])[];
}

const lines = fc.array(
  fc.record({ stream: fc.constantFrom(...streams), amountMinor: fc.bigInt({ min: -300n, max: 1_000n }) }),
  { maxLength: 5 },
);
const opening = fc.tuple(
  lines,
  fc.constantFrom(undefined, '0.19'),
  fc.constantFrom(0n, 0n, 40n),
  fc.constantFrom(0n, 100n),
);
const allThatIsDue = -2n;
const move = fc.record({
  name: fc.constantFrom('pay', 'credit', 'refund', 'void', 'giveUp', 'writeOff'),
  amountMinor: fc.oneof(fc.bigInt({ min: -1n, max: 1_500n }), fc.constantFrom(0n, 1n, allThatIsDue)),
});

function open(
  all: Parameters<typeof openDraft>[0],
  taxRate: string | undefined,
  discountMinor: bigint,
  orgCredit: bigint,
): Books {
  const terms = { discountMinor, ...(taxRate !== undefined && { taxRate: decimal(taxRate) }) };
  const opened = openDraft(all, terms, orgCredit);
  const facts: LedgerFact[] = [
    { fact: opened.carriedLine ? 'credit_carried' : 'issued', parts: opened.parts },
    { fact: 'credit_used', amountMinor: opened.creditUsedMinor },
  ];
  return { invoice: opened.invoice, parts: opened.parts, spreads: [], transactions: facts.map(entriesOf) };
}

function after(books: Books, { name, amountMinor: told }: { name: string; amountMinor: bigint }): Books {
  const { invoice } = books;
  const amountMinor = told === allThatIsDue ? invoice.dueMinor : told;
  const spread = (amount: bigint) => spreadOver(leftOf(books.parts, books.spreads), amount);
  const next = (changed: Invoice, fact: LedgerFact, spreads: PartAmounts[]): Books => ({
    ...books,
    invoice: changed,
    spreads: [...books.spreads, ...spreads],
    transactions: [...books.transactions, entriesOf(fact)],
  });
  if (name === 'pay') {
    const paid = pay(invoice, amountMinor);
    return isRefusal(paid) ? books : next(paid.invoice, { fact: 'paid', ...paid }, []);
  }
  const acts = { credit: () => credit(invoice, amountMinor), refund: () => refund(invoice, amountMinor) };
  if (name === 'credit' || name === 'refund') {
    const changed = acts[name]();
    if (isRefusal(changed)) return books;
    const of = spread(amountMinor);
    return next(
      changed,
      name === 'credit' ? { fact: 'credited', parts: of } : { fact: 'refunded', parts: of, to: 'cash' },
      [of],
    );
  }
  const changed = name === 'void' ? voidInvoice(invoice) : name === 'giveUp' ? giveUp(invoice) : writeOff(invoice);
  if (isRefusal(changed)) return books;
  if (name === 'giveUp') return { ...books, invoice: changed };
  const of = spread(invoice.dueMinor);
  return next(
    changed,
    name === 'void' ? { fact: 'voided', parts: of } : { fact: 'written_off', amountMinor: invoice.dueMinor },
    [of],
  );
}

describe('whatever happens to an invoice', () => {
  const reached = new Set<string>();

  test('status agrees with money, every transaction sums to 0, and the receivable is what is due', () => {
    fc.assert(
      fc.property(opening, fc.array(move, { maxLength: 8 }), (first, moves) => {
        let books = open(...first);
        for (const one of [undefined, ...moves]) {
          const before = books.invoice.status;
          books = one ? after(books, one) : books;
          if (one && before !== books.invoice.status) reached.add(`${before} ${one.name} ${books.invoice.status}`);
          const { status, totalMinor, paidMinor, dueMinor, creditedMinor, refundedMinor } = books.invoice;
          expect(paidMinor + dueMinor + creditedMinor).toBe(totalMinor);
          expect([paidMinor, dueMinor, creditedMinor, paidMinor - refundedMinor].every((amount) => amount >= 0n)).toBe(
            true,
          );
          if (status === 'paid') expect(dueMinor).toBe(0n);
          if (status === 'void') expect([paidMinor, dueMinor]).toEqual([0n, 0n]);
          if (status === 'open') expect(dueMinor).toBeGreaterThan(0n);
          for (const entries of books.transactions)
            expect(entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n);
          const all = books.transactions.flat();
          expect(balanceOf('receivable', all)).toBe(dueMinor);
          expect(all.every(({ amountMinor }) => amountMinor !== 0n)).toBe(true);
        }
      }),
      thoroughRuns,
    );
  });

  test('every change of status was reached', () => {
    expect([...reached].toSorted()).toEqual([
      'open credit paid',
      'open giveUp uncollectible',
      'open pay paid',
      'open void void',
      'uncollectible pay paid',
    ]);
  });

  test('refunds and credit notes of everything leave no revenue and no tax', () => {
    fc.assert(
      fc.property(opening, fc.bigInt({ min: 0n, max: 1_000n }), (first, credited) => {
        const opened = open(...first);
        if (sumOfParts(opened.parts) <= 0n) return;
        const books = [
          { name: 'credit', amountMinor: credited < opened.invoice.dueMinor ? credited : opened.invoice.dueMinor },
          { name: 'pay', amountMinor: 10_000n },
        ].reduce(after, opened);
        const all = after(books, { name: 'refund', amountMinor: books.invoice.paidMinor }).transactions.flat();
        expect([balanceOf('revenue', all), balanceOf('tax', all)]).toEqual([0n, 0n]);
        for (const stream of streams) {
          expect(
            balanceOf(
              'revenue',
              all.filter((entry) => entry.stream === stream),
            ),
          ).toBe(0n);
        }
      }),
      runs,
    );
  });
});
