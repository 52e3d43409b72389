import { hasRight, type PageId, type Rights, type StaffRole } from '../staff-rights.ts';
import type { StaffCommandKind } from './staff-commands.ts';

type RightOn = { [P in PageId]: readonly [page: P, action: Rights[P][StaffRole][number]] }[PageId];

/** What a member must be allowed to, to order each kind: when it is ordered, and again when it is done. */
const rightsOfOrders = {
  add_leads: ['leads', 'invoice'],
  move_leads: ['leads', 'convert'],
  price_lead: ['leads', 'invoice'],
  credit_note: ['billing', 'write'],
  refund: ['billing', 'write'],
  take_back_refunds: ['billing', 'write'],
  void: ['billing', 'write'],
  write_off: ['billing', 'write'],
  correct_usage: ['usage', 'rerate'],
  correct_credits: ['billing', 'write'],
  pay_out_credit: ['billing', 'write'],
  set_payment_method: ['billing', 'write'],
  retry_payment: ['billing', 'write'],
  pause_dunning: ['billing', 'write'],
  resume_dunning: ['billing', 'write'],
  send_notice: ['billing', 'write'],
  mark_uncollectible: ['billing', 'write'],
  unpark: ['billing', 'write'],
  change_plan: ['subscriptions', 'write'],
  cancel_subscription: ['subscriptions', 'write'],
  reactivate_subscription: ['subscriptions', 'write'],
  refund_addon: ['addons', 'refund'],
  rerate: ['usage', 'rerate'],
  exclude_usage: ['usage', 'exclude'],
  include_usage: ['usage', 'exclude'],
  acknowledge_incident: ['incidents', 'write'],
  withdraw_acknowledgement: ['incidents', 'write'],
  assign_incident: ['incidents', 'write'],
  escalate_incident: ['incidents', 'write'],
  resolve_incident: ['incidents', 'write'],
  raise_ai_limit: ['ai', 'limits'],
} as const satisfies Record<StaffCommandKind, RightOn>;

/** Whether a member with these roles may order it. */
export function mayOrder(roles: readonly string[], kind: StaffCommandKind, body: unknown): boolean {
  const [page, action] = isDisqualifying(kind, body) ? (['leads', 'disqualify'] as const) : rightsOfOrders[kind];
  return hasRight(roles, page, action);
}

/** Whose page has what it orders. */
export function pageOfOrder(kind: StaffCommandKind): PageId {
  return rightsOfOrders[kind][0];
}

function isDisqualifying(kind: StaffCommandKind, body: unknown): boolean {
  return (
    kind === 'move_leads' && typeof body === 'object' && body !== null && 'to' in body && body.to === 'disqualified'
  );
}
