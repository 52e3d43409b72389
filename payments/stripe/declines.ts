/**
 * Declines after which the same payment method will not succeed.
 * Source: the provider's page on decline codes, those that ask for another method.
 */
const hard: ReadonlySet<string> = new Set([
  'authentication_required',
  'card_not_supported',
  'currency_not_supported',
  'expired_card',
  'fraudulent',
  'incorrect_number',
  'invalid_account',
  'invalid_number',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'payment_method_unactivated',
  'pickup_card',
  'restricted_card',
  'resource_missing',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
  'stop_payment_order',
  'transaction_not_allowed',
]);

export function isHardDecline(code: string): boolean {
  return hard.has(code);
}
