/** Why a step of staff or of a job is refused: nothing changes then. */
export const refusals = {
  move_not_legal: 'The invoice does not allow this in its present state',
  amount_not_positive: 'The amount must be above 0',
  pay_out_exceeds_credit: 'The organisation does not have that much credit',
  credit_exceeds_due: 'A credit note must not be above what is due',
  refund_exceeds_paid: 'Refunds must not be above what the invoice took',
  refund_exceeds_overpaid: 'It must not be above what was paid over what the invoice took',
  invoice_has_money: 'An invoice with money on it cannot be voided',
  nothing_due: 'Nothing is due on the invoice',
  attempt_unsettled: 'The outcome of an earlier attempt is not known yet',
  no_payment_method: 'The org has no payment method of a provider that is set up here',
  provider_not_set_up: 'The payment provider is not set up here',
  amount_not_chargeable:
    'The payment provider cannot take exactly this amount: a credit note can lower it to one that it takes',
  is_disputed: 'A payment of the invoice is disputed: how that ends comes first',
  amount_not_refundable: 'The payment provider cannot give back exactly this amount',
  refunds_stand: 'No refund of the invoice was found to be missing at its provider',
  no_case: 'The invoice has no dunning case that is open',
  not_ahead: 'The instant must lie ahead',
  notice_recorded: 'A notice by hand went out for it today already',
  no_channel: 'No way to send notices is set up',
  unknown_invoice: 'There is no such invoice of our own',
  unknown_payment: 'The invoice has no such payment that succeeded',
  unknown_lead: 'There is no such lead',
  unknown_meter: 'There is no such meter',
  rows_are_counted: 'The meter counts rows, whatever their quantity: add one by 1, or exclude those that are too many',
  one_row_stands:
    'Of the meter one row stands, the highest or the latest, and none is below 0: exclude the row that is too high',
  lead_has_fee: 'The lead has a fee that the tenant told',
  changed_meanwhile: 'It was changed since it was looked at',
  not_parked: 'It is not parked',
  is_parked: 'It is parked: what is wrong with it comes first',
  unknown_subscription: 'There is no such subscription',
  subscription_ended: 'The subscription has ended',
  subscription_runs: 'The subscription runs, and no cancellation waits',
  terms_incomplete: 'The tenant has not told all terms of the subscription yet',
  nothing_changes: 'These are the terms that it has',
  no_renewal: 'Nothing tells when the subscription renews',
  not_applicable: 'The books cannot take this with what the tenant told',
  later_event: 'An event of the tenant that lies later would contradict this',
  unknown_purchase: 'There is no such purchase',
  refund_exceeds_left: 'The refund must not be above what is left of the purchase',
  unknown_period: 'Nothing was rated of such a period',
  still_unrated: 'No price is in force for it yet',
  no_such_usage: 'There is no such usage to exclude or to take in again',
  too_much_usage: 'That is too much usage for one order: name its rows',
  not_rateable: 'The org cannot be rated as things stand',
  unknown_incident: 'There is no such incident',
  incident_resolved: 'The incident is resolved',
  already_acknowledged: 'It is acknowledged already',
  not_acknowledged: 'It is not acknowledged',
  level_not_above: 'It is escalated to that level or above already',
  no_allowance: 'The plan of the organisation has no allowance of AI credits',
  limit_not_above: 'The limit is that high or above already',
  orderer_gone: 'Who ordered it is a member of staff no longer',
  orderer_without_right: 'Who ordered it has no role any more that may order it',
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
