import type pg from 'pg';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { dayMs, hourMs, type EpochMs } from '#domain/instants';
import type { Chance } from './chance.ts';
import type { Tenant } from './tenant.ts';

export interface Order {
  readonly kind: StaffCommandKind;
  readonly body: object;
}

/** Any order about money, of things that are there; whether it may be carried out is for the books to say. */
export async function orderOf(admin: pg.Pool, tenant: Tenant, chance: Chance, now: EpochMs): Promise<Order> {
  const about = chance.oneOf(ofInvoice, ofInvoice, ofInvoice, ofUsage, ofSubscription, ofThings);
  return about(await seen(admin, tenant, chance), chance, now);
}

interface Seen {
  readonly invoiceId: string;
  readonly ofPeriod: { readonly meter: string; readonly periodStart: string };
  readonly subscriptionId: string;
  readonly leadId: string;
  readonly purchaseId: string;
}

async function seen(admin: pg.Pool, tenant: Tenant, chance: Chance): Promise<Seen> {
  const invoices = await admin.query<{ id: string }>(
    "select id from invoice where org_id = $1 and source = 'rated' and status <> 'draft' order by number",
    [tenant.id],
  );
  const periods = await admin.query<{ meter: string; at: Date }>(
    'select meter, period_start as at from rated_period where org_id = $1 order by meter, period_start',
    [tenant.id],
  );
  const { meter, at } = chance.oneOf({ meter: 'calls', at: new Date(0) }, ...periods.rows);
  return {
    invoiceId: chance.oneOf('none', ...invoices.rows.map(({ id }) => id)),
    ofPeriod: { meter, periodStart: at.toISOString() },
    subscriptionId: chance.oneOf('none', ...tenant.subscriptions),
    leadId: chance.oneOf('none', ...tenant.leads),
    purchaseId: chance.oneOf('none', ...tenant.purchases),
  };
}

function ofInvoice({ invoiceId }: Seen, chance: Chance): Order {
  const amountMinor = String(1 + chance.below(chance.oneOf(300, 3_000)));
  return chance.oneOf<Order>(
    { kind: 'credit_note', body: { invoiceId, amountMinor } },
    { kind: 'refund', body: { invoiceId, amountMinor } },
    { kind: 'void', body: { invoiceId } },
    { kind: 'write_off', body: { invoiceId } },
    { kind: 'mark_uncollectible', body: { invoiceId } },
    { kind: 'retry_payment', body: { invoiceId } },
    { kind: 'pause_dunning', body: { invoiceId } },
    { kind: 'resume_dunning', body: { invoiceId } },
    { kind: 'set_payment_method', body: { provider: 'sandbox', token: methodOf(chance) } },
  );
}

/** Of the sandbox, which answers by the method's token. */
export function methodOf(chance: Chance): string {
  return chance.oneOf(
    'pm_ok',
    'pm_ok',
    'pm_declined_soft',
    'pm_soft_then_ok_1',
    'pm_declined_hard',
    'pm_timeout_charged',
    'pm_timeout_not_charged',
  );
}

function ofUsage({ ofPeriod }: Seen, chance: Chance, now: EpochMs): Order {
  const start = now - 30 * dayMs;
  const window = { windowStart: new Date(start).toISOString(), windowEnd: new Date(start + hourMs).toISOString() };
  const correction = { meter: chance.oneOf('calls', 'peak', 'rows'), quantity: chance.oneOf('-9', '-1', '4.5') };
  return chance.oneOf<Order>(
    { kind: 'correct_usage', body: { ...correction, ...window } },
    { kind: 'rerate', body: { ...ofPeriod, isDryRun: chance.happens(50) } },
    { kind: 'exclude_usage', body: ofPeriod },
    { kind: 'include_usage', body: ofPeriod },
  );
}

function ofSubscription({ subscriptionId }: Seen, chance: Chance): Order {
  const when = chance.oneOf('now', 'renewal');
  return chance.oneOf<Order>(
    { kind: 'change_plan', body: { subscriptionId, priceMinor: chance.below(20_000), when } },
    { kind: 'cancel_subscription', body: { subscriptionId, when } },
    { kind: 'reactivate_subscription', body: { subscriptionId } },
  );
}

function ofThings({ leadId, purchaseId }: Seen, chance: Chance): Order {
  return chance.oneOf<Order>(
    { kind: 'add_leads', body: { leadIds: [leadId] } },
    { kind: 'move_leads', body: { leadIds: [leadId], to: chance.oneOf('qualified', 'disqualified', 'converted') } },
    { kind: 'price_lead', body: { leadId, feeMinor: String(chance.below(2_000)), currency: 'EUR' } },
    { kind: 'refund_addon', body: { purchaseId, amountMinor: String(1 + chance.below(500)) } },
    { kind: 'correct_credits', body: { credits: chance.oneOf('-17', '-1', '20') } },
    { kind: 'raise_ai_limit', body: { credits: String(1 + chance.below(20)) } },
  );
}
