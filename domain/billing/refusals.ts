/** Why a step of staff or of a job is refused: nothing changes then. */
export const refusals = {
  move_not_legal: 'The invoice does not allow this in its present state',
  amount_not_positive: 'The amount must be above 0',
  credit_exceeds_due: 'A credit note must not be above what is due',
  refund_exceeds_paid: 'Refunds must not be above what the invoice took',
  invoice_has_money: 'An invoice with money on it cannot be voided',
  nothing_due: 'Nothing is due on the invoice',
  attempt_unsettled: 'The outcome of an earlier attempt is not known yet',
  no_payment_method: 'The org has no payment method',
  case_closed: 'The dunning case is closed',
  no_case: 'The invoice has no dunning case that is open',
  unknown_invoice: 'There is no such invoice of our own',
  unknown_payment: 'The invoice has no such payment that succeeded',
  unknown_lead: 'There is no such lead',
  unknown_meter: 'There is no such meter',
  lead_has_fee: 'The lead has a fee that the tenant told',
  changed_meanwhile: 'It was changed since it was looked at',
  not_parked: 'It is not parked',
  malformed: 'The command cannot be read',
} as const satisfies Record<string, string>;

export type RefusalCode = keyof typeof refusals;

export interface Refusal {
  readonly refused: RefusalCode;
}

export function refusal(refused: RefusalCode): Refusal {
  return { refused };
}

export function isRefusal(result: object): result is Refusal {
  return 'refused' in result;
}
