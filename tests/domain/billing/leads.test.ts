import { expect, test } from 'vitest';
import { leadBilling, leadSourceKey } from '#domain/billing/leads';

test.each([
  ['a lead that is not converted is not billed', { status: 'new', feeMinor: 100 }, 'not_converted'],
  ['a converted lead without a fee is unpriced', { status: 'converted' }, 'unpriced'],
  ['a converted lead with a fee is billable', { status: 'converted', feeMinor: 100 }, 'billable'],
  ['a fee of 0 is a fee', { status: 'converted', feeMinor: 0 }, 'billable'],
] as const)('%s', (_, lead, billing) => expect(leadBilling(lead)).toBe(billing));

test('a lead is billed by one line, whoever adds it', () => expect(leadSourceKey('L-1')).toBe('lead:L-1'));
