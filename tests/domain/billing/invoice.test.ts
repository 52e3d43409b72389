import { describe, expect, test } from 'vitest';
import {
  collectableMinor,
  credit,
  giveUp,
  invoiceMoves,
  mayMove,
  openDraft,
  pay,
  refund,
  takeBack,
  voidInvoice,
  writeOff,
  type Invoice,
  type InvoiceMove,
  type InvoiceStatus,
} from '#domain/billing/invoice';
import { decimal } from '#domain/decimal';
import { invoiceIn, line, noTerms } from './invoice-examples.ts';

describe('opening a draft', () => {
  test.each([
    ['is open while something is due', [line('usage', 100n)], 0n, { status: 'open', totalMinor: 100n, dueMinor: 100n }],
    ['due 0 is paid', [], 0n, { status: 'paid', totalMinor: 0n, dueMinor: 0n }],
    ['lets credit pay first', [line('usage', 100n)], 30n, { status: 'open', paidMinor: 30n, dueMinor: 70n }],
    ['that credit pays whole is paid', [line('usage', 100n)], 100n, { status: 'paid', paidMinor: 100n, dueMinor: 0n }],
    [
      'takes no more credit than is due',
      [line('usage', 100n)],
      130n,
      { status: 'paid', paidMinor: 100n, dueMinor: 0n },
    ],
  ])('%s', (_, lines, orgCredit, invoice) => {
    const opened = openDraft(lines, noTerms, orgCredit);
    expect(opened.invoice).toMatchObject(invoice);
    expect(opened.creditUsedMinor).toBe(opened.invoice.paidMinor);
    expect(opened).toMatchObject({ creditGainedMinor: 0n });
    expect(opened.carriedLine).toBeUndefined();
  });

  test('below 0 gets a line that brings its total to 0, and the amount with its tax becomes credit', () => {
    const lines = [line('subscriptions', -150n), line('usage', 50n)];
    const opened = openDraft(lines, { ...noTerms, taxRate: decimal('0.2') }, 500n);
    expect(opened).toEqual({
      invoice: {
        status: 'paid',
        subtotalMinor: 0n,
        discountMinor: 0n,
        taxMinor: 0n,
        totalMinor: 0n,
        paidMinor: 0n,
        creditedMinor: 0n,
        dueMinor: 0n,
        refundedMinor: 0n,
      },
      parts: { leads: 0n, subscriptions: -150n, usage: 50n, addons: 0n, ai: 0n, tax: -20n },
      carriedLine: { stream: 'credit', amountMinor: 100n },
      creditGainedMinor: 120n,
      creditUsedMinor: 0n,
    });
  });
});

describe('a payment', () => {
  test.each<[string, Invoice, bigint, Partial<Invoice>, bigint, bigint]>([
    ['in part leaves it open', invoiceIn('open'), 40n, { status: 'open', paidMinor: 40n, dueMinor: 60n }, 40n, 0n],
    ['of all that is due makes it paid', invoiceIn('open'), 100n, { status: 'paid', dueMinor: 0n }, 100n, 0n],
    [
      'above what is due is taken up to it, the rest is credit',
      invoiceIn('open'),
      130n,
      { status: 'paid', paidMinor: 100n },
      100n,
      30n,
    ],
    ['of a paid invoice is credit whole', invoiceIn('paid'), 5n, invoiceIn('paid'), 0n, 5n],
    ['of a void invoice is credit whole', invoiceIn('void'), 5n, invoiceIn('void'), 0n, 5n],
    [
      'of an uncollectible one in part leaves it so',
      invoiceIn('uncollectible'),
      40n,
      { status: 'uncollectible', dueMinor: 60n },
      40n,
      0n,
    ],
    [
      'of all of an uncollectible one makes it paid',
      invoiceIn('uncollectible'),
      100n,
      { status: 'paid', dueMinor: 0n },
      100n,
      0n,
    ],
    [
      'of a written-off one is credit whole; the write-off stays',
      invoiceIn('written_off'),
      5n,
      invoiceIn('written_off'),
      0n,
      5n,
    ],
  ])('%s', (_, invoice, amountMinor, after, takenMinor, excessMinor) => {
    expect(pay(invoice, amountMinor)).toMatchObject({ invoice: after, takenMinor, excessMinor });
  });
});

describe('a credit note', () => {
  test.each<[string, bigint, object]>([
    ['lowers what is due', 40n, { status: 'open', creditedMinor: 40n, dueMinor: 60n }],
    ['of all that is due makes it paid', 100n, { status: 'paid', creditedMinor: 100n, dueMinor: 0n }],
    ['above what is due is refused, not cut', 101n, { refused: 'credit_exceeds_due' }],
    ['of nothing is refused', 0n, { refused: 'amount_not_positive' }],
    ['below 0 is refused', -1n, { refused: 'amount_not_positive' }],
  ])('%s', (_, amountMinor, after) => expect(credit(invoiceIn('open'), amountMinor)).toMatchObject(after));
});

describe('a refund', () => {
  test.each<[string, Invoice, bigint, object]>([
    [
      'leaves the invoice paid',
      invoiceIn('paid'),
      100n,
      { status: 'paid', paidMinor: 100n, refundedMinor: 100n, dueMinor: 0n },
    ],
    ['above what the invoice took is refused', invoiceIn('paid'), 101n, { refused: 'refund_exceeds_paid' }],
    [
      'together with earlier ones',
      { ...invoiceIn('paid'), refundedMinor: 60n },
      41n,
      { refused: 'refund_exceeds_paid' },
    ],
    ['up to what is left of it', { ...invoiceIn('paid'), refundedMinor: 60n }, 40n, { refundedMinor: 100n }],
    ['of an unpaid invoice is refused', invoiceIn('open'), 1n, { refused: 'refund_exceeds_paid' }],
    [
      'of a part payment leaves what is due',
      { ...invoiceIn('open'), paidMinor: 40n, dueMinor: 60n },
      40n,
      { status: 'open', dueMinor: 60n, refundedMinor: 40n },
    ],
  ])('%s', (_, invoice, amountMinor, after) => expect(refund(invoice, amountMinor)).toMatchObject(after));
});

describe('credit that was not there after all', () => {
  test.each<[string, Invoice, object]>([
    ['is due again, and a paid invoice is open', invoiceIn('paid'), { status: 'open', paidMinor: 70n, dueMinor: 30n }],
    [
      'leaves what was given up so',
      { ...invoiceIn('uncollectible'), paidMinor: 40n, dueMinor: 60n },
      { status: 'uncollectible', paidMinor: 10n, dueMinor: 90n },
    ],
  ])('%s', (_, invoice, after) => expect(takeBack(invoice, 30n, false)).toMatchObject(after));

  test('makes a paid invoice uncollectible that had been given up before it was paid', () =>
    expect(takeBack(invoiceIn('paid'), 30n, true)).toEqual({
      ...invoiceIn('uncollectible'),
      paidMinor: 70n,
      dueMinor: 30n,
    }));
});

describe('voiding, giving up, writing off', () => {
  test('voiding leaves nothing due and counts as credited', () => {
    expect(voidInvoice(invoiceIn('open'))).toEqual({
      ...invoiceIn('open'),
      status: 'void',
      creditedMinor: 100n,
      dueMinor: 0n,
    });
  });
  test('with money on it is refused', () => {
    expect(voidInvoice({ ...invoiceIn('open'), paidMinor: 1n, dueMinor: 99n })).toEqual({
      refused: 'invoice_has_money',
    });
  });
  test('uncollectible keeps its due', () => {
    expect(giveUp(invoiceIn('open'))).toEqual({ ...invoiceIn('open'), status: 'uncollectible' });
  });
  test('a write-off counts as credited and leaves 0 due; it is not paid', () => {
    expect(writeOff(invoiceIn('uncollectible'))).toEqual(invoiceIn('written_off'));
    expect(invoiceIn('written_off')).toMatchObject({ status: 'uncollectible', creditedMinor: 100n, dueMinor: 0n });
  });
  test('a second write-off is refused', () => {
    expect(writeOff(invoiceIn('written_off'))).toEqual({ refused: 'nothing_due' });
  });
});

test('our own collection never asks for more than is due, and only while open', () => {
  expect(collectableMinor({ ...invoiceIn('open'), paidMinor: 40n, dueMinor: 60n })).toBe(60n);
  expect(collectableMinor(invoiceIn('uncollectible'))).toBe(0n);
  expect(collectableMinor({ ...invoiceIn('uncollectible'), dueMinor: 60n }, 'by_hand')).toBe(60n);
  expect(collectableMinor({ ...invoiceIn('open'), status: 'draft', dueMinor: 60n }, 'by_hand')).toBe(0n);
  expect(collectableMinor(invoiceIn('paid'))).toBe(0n);
});

describe('the legal moves', () => {
  const acts = {
    pay: (invoice: Invoice) => pay(invoice, 1n),
    credit: (invoice: Invoice) => credit(invoice, 1n),
    refund: (invoice: Invoice) => refund({ ...invoice, paidMinor: 1n }, 1n),
    void: (invoice: Invoice) => voidInvoice({ ...invoice, paidMinor: 0n }),
    give_up: giveUp,
    write_off: writeOff,
    take_back: (invoice: Invoice) => takeBack({ ...invoice, paidMinor: 1n }, 1n, false),
  } satisfies Partial<Record<InvoiceMove, (invoice: Invoice) => object>>;
  const legal: Record<InvoiceStatus, string> = {
    draft: '',
    open: 'pay credit refund void give_up take_back',
    paid: 'pay refund take_back',
    void: 'pay',
    uncollectible: 'pay refund write_off take_back',
  };

  test.each(Object.entries(legal))('of %s are %j, and every other is refused', (status, moves) => {
    const tried = Object.entries(acts).map(([move, act]) => {
      const result = act({ ...invoiceIn('open'), status: statusOf(status) });
      return 'refused' in result ? { move, ...result } : { move };
    });
    const refused = { refused: 'move_not_legal' };
    expect(tried).toEqual(
      Object.keys(acts).map((move) => (moves.split(' ').includes(move) ? { move } : { move, ...refused })),
    );
  });

  test('only a draft may be edited or opened', () => {
    const statuses = Object.keys(invoiceMoves).map(statusOf);
    expect(statuses.filter((status) => mayMove(status, 'edit'))).toEqual(['draft']);
    expect(statuses.filter((status) => mayMove(status, 'open'))).toEqual(['draft']);
  });
});

function statusOf(text: string): InvoiceStatus {
  switch (text) {
    case 'draft':
    case 'open':
    case 'paid':
    case 'void':
    case 'uncollectible':
      return text;
    default:
      throw new Error(`not a status: ${text}`);
  }
}
