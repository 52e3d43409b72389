import { expect, test } from 'vitest';
import { bodyOf, orderVerbs } from '#temporal/books-orders';

const window = { meter: 'calls', quantity: '-2', from: '2026-10-05T01:00:00Z', until: '2026-10-05T00:00:00Z' };

test.each([
  ['credit-note', { invoice: 'i1', minor: '5.00' }, '--minor'],
  ['refund', { minor: '5', payment: '' }, '--invoice, --payment'],
  ['void', { invoice: 'i1', version: 'two' }, '--version'],
  ['add-leads', {}, '--lead'],
  ['price-lead', { lead: ['L-1'], minor: '5', currency: 'EURO' }, '--currency'],
  ['move-leads', { lead: ['L-1'], to: 'converted', currency: 'EUR' }, '--minor'],
  ['move-leads', { lead: [], to: 'won' }, '--lead, --to'],
  ['correct-usage', { ...window, quantity: '0', from: 'May' }, '--quantity, --from'],
  ['correct-usage', window, '--until, which is not after --from'],
  ['correct-credits', { quantity: 'x', until: 'soon' }, '--quantity, --until'],
  ['payment-method', { provider: 'paypal', token: '4242' }, '--provider, --token'],
  ['pause', { invoice: 'i1', until: 'soon' }, '--until'],
])('an order to %s of %j is refused by the names of the options that are wrong', (verb, said, names) => {
  const kind = orderVerbs[verb];
  if (!kind) throw new Error(`no verb ${verb}`);
  expect(() => bodyOf(kind, said)).toThrow(new Error(`missing or malformed: ${names}`));
});
