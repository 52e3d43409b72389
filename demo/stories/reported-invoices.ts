import { dayMs, hourMs } from '#domain/instants';
import type { StoryCalendar, StoryDay } from '../calendar.ts';
import { momentOf, type Moment } from '../moments.ts';
import type { DemoOrg } from '../org.ts';
import { diceOf } from '../random.ts';

const issueDay = 4;
const streams = ['leads', 'subscriptions', 'usage', 'addons', 'ai'] as const;
const fates = ['paid', 'paid', 'partly', 'failed then paid', 'failed', 'refunded', 'open'] as const;

/** Invoices that an org's own systems issued, one a month: paid whole, in part, late, given back, or not at all. */
export function reportedInvoiceStory(org: DemoOrg, { days }: StoryCalendar): Moment[] {
  if (!org.reports) return [];
  return days
    .filter(({ month, dayOfMonth }) => month >= org.since && dayOfMonth === issueDay)
    .flatMap((day) => invoiceOf(org, day));
}

function invoiceOf(org: DemoOrg, { date, start }: StoryDay): Moment[] {
  const dice = diceOf(`invoice/${org.id}/${date}`);
  const invoiceId = `own-${date}`;
  const amountMinor = dice.between(80, 900) * 100;
  const money = { invoiceId, currency: org.currency };
  const { overpaysMinor: overpaidMinor = 0 } = org;
  const at = start + 9 * hourMs;
  const later = (days: number) => at + days * dayMs;
  const issued = momentOf(org.id, at, `${invoiceId}-issued`, {
    type: 'invoice.issued',
    data: { ...money, number: date, stream: dice.pick(streams), amountMinor, dueAt: new Date(later(14)).toISOString() },
  });
  const paid = (days: number, part = amountMinor) =>
    momentOf(org.id, later(days), `${invoiceId}-paid`, {
      type: 'invoice.paid',
      data: { ...money, paymentId: `${invoiceId}-p`, amountMinor: part + overpaidMinor, method: 'transfer' },
    });
  const failed = momentOf(org.id, later(10), `${invoiceId}-failed`, {
    type: 'invoice.payment_failed',
    data: { ...money, paymentId: `${invoiceId}-f`, amountMinor, failureCode: 'insufficient_funds' },
  });
  const refunded = momentOf(org.id, later(18), `${invoiceId}-refunded`, {
    type: 'invoice.refunded',
    data: {
      ...money,
      refundId: `${invoiceId}-r`,
      paymentId: `${invoiceId}-p`,
      amountMinor: Math.floor(amountMinor / 4),
      reason: 'goodwill',
    },
  });
  const fate = overpaidMinor > 0 ? 'paid' : dice.pick(fates);
  switch (fate) {
    case 'paid':
      return [issued, paid(8)];
    case 'partly':
      return [issued, paid(12, Math.floor(amountMinor / 2))];
    case 'failed then paid':
      return [issued, failed, paid(15)];
    case 'failed':
      return [issued, failed];
    case 'refunded':
      return [issued, paid(9), refunded];
    case 'open':
      return [issued];
  }
}
