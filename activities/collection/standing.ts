import type pg from 'pg';
import type { DunningCase, UtcDay } from '#domain/billing/dunning';
import { defaultPolicy, parsePolicy, type DunningPolicy } from '#domain/billing/dunning-policy';
import type { Invoice, InvoiceStatus } from '#domain/billing/invoice';
import type { AttemptStatus } from '#domain/billing/payments';
import { dayMs, type EpochMs } from '#domain/instants';
import { msOf } from '../instant-text.ts';
import { idOf, type InvoiceName } from './names.ts';
import { daysOf, readRows, type RowReader } from './rows.ts';
import { readDisputes, type StoredDispute } from './standing-disputes.ts';

export interface StoredAttempt {
  readonly ref: string;
  readonly attempt: number;
  readonly status: AttemptStatus;
  /** When it was made. */
  readonly startedAt: EpochMs;
  /** The day of the slot that it is of, however late that made it; undefined for one that no slot made. */
  readonly slotDay: UtcDay | undefined;
  /** Which step of its case it makes; undefined for one that is beside the schedule. */
  readonly step: number | undefined;
  readonly key: string;
  readonly provider: string;
  readonly token: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly asked: number;
  readonly providerRef: string | undefined;
  readonly failureCode: string | undefined;
}

export interface PaymentMethod {
  readonly provider: string;
  readonly token: string;
}

/** A charge that the provider is known to have made, and the books do not have. */
export interface UnbookedCharge {
  readonly provider: string;
  readonly ref: string;
  readonly key: string | undefined;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly chargedAt: EpochMs;
}

/** How an invoice stands with collection. Read under the org's lock. */
export interface Standing extends InvoiceName {
  readonly invoice: Invoice;
  readonly currency: string;
  readonly dueAt: EpochMs | undefined;
  readonly overpaidMinor: bigint;
  readonly paidAt: EpochMs | undefined;
  readonly isParked: boolean;
  /** It was uncollectible once. */
  readonly isGivenUp: boolean;
  /** Not one that a payment closed: what is due again after it is collected anew. */
  readonly dunning: DunningCase | undefined;
  /** The id of that case, or of the next. */
  readonly caseId: string;
  readonly attempts: readonly StoredAttempt[];
  readonly unbooked: readonly UnbookedCharge[];
  readonly disputes: readonly StoredDispute[];
  /** A charge that no attempt explains is on its way at the provider, as it was read last: it may still succeed. */
  readonly isBeingCharged: boolean;
  readonly method: PaymentMethod | undefined;
  readonly policy: DunningPolicy;
  /** Why nothing can collect it, as it is on record. */
  readonly waitsFor: string | undefined;
}

/** Reads how invoices stand, with one statement a table. An invoice that is not there, or not of our own, is left out. */
export async function loadStandings(
  client: pg.ClientBase,
  names: readonly InvoiceName[],
): Promise<Map<string, Standing>> {
  const wanted = [names.map(({ orgId }) => orgId), names.map(({ invoiceId }) => invoiceId)] as const;
  const invoices = await readRows(client, invoicesQuery, wanted, invoiceOfRow);
  const cases = byInvoice(await readRows(client, casesQuery, wanted, caseOfRow));
  const attempts = byInvoice(await readRows(client, attemptsQuery, wanted, attemptOfRow));
  const unbooked = byInvoice(await readRows(client, unbookedQuery, wanted, unbookedOfRow));
  const disputes = byInvoice(await readDisputes(client, wanted));
  return new Map(
    invoices.map((one) => {
      const id = idOf(one);
      return [
        id,
        {
          ...one,
          ...standingCase(one.invoiceId, cases.get(id) ?? []),
          attempts: attempts.get(id) ?? [],
          unbooked: unbooked.get(id) ?? [],
          disputes: disputes.get(id) ?? [],
        },
      ];
    }),
  );
}

const wantedRows = 'unnest($1::text[], $2::text[]) as w (org_id, invoice_id)';

const invoicesQuery = `select i.org_id, i.id as invoice_id, i.status, i.currency, i.subtotal_minor, i.discount_minor, i.tax_minor, i.total_minor,
    i.paid_minor, i.due_minor, i.credited_minor, i.refunded_minor, i.overpaid_minor, ${msOf('i.due_at')} as due_at, ${msOf('i.paid_at')} as paid_at,
    (i.parked_at is not null or b.parked_at is not null) as is_parked, i.given_up_at is not null as is_given_up, b.payment_provider, b.payment_token, b.dunning_policy,
    cw.reason as waits_for,
    exists (select from provider_charge c where c.org_id = i.org_id and c.invoice_id = i.id and c.status = 'unknown'
      and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.provider = c.provider
        and (p.provider_ref = c.ref or p.provider_key = c.provider_key and p.status in ('pending', 'unknown')))) as is_being_charged
  from ${wantedRows} join invoice i on i.org_id = w.org_id and i.id = w.invoice_id and i.source = 'rated'
    join org_billing b on b.org_id = i.org_id
    left join collection_wait cw on cw.org_id = i.org_id and cw.invoice_id = i.id`;
const casesQuery = `select c.org_id, c.invoice_id, c.id, c.state, c.policy, ${daysOf('c.failed_on')} as failed_on, c.steps_left,
    ${daysOf('c.last_step_on')} as last_step_on, ${daysOf('c.stopped_on')} as stopped_on, c.has_new_method, ${daysOf('c.exhausted_on')} as exhausted_on,
    c.closed_by
  from ${wantedRows} join dunning_case c on c.org_id = w.org_id and c.invoice_id = w.invoice_id`;
const attemptsQuery = `select p.org_id, p.invoice_id, p.ref, p.attempt, p.status, ${msOf('coalesce(p.sent_at, p.at)')} as started_at,
    ${daysOf('p.slot_day')} as slot_day, p.step, p.provider_key, p.provider, coalesce(p.token, '') as token,
    p.amount_minor, p.currency, p.asked, p.provider_ref, p.failure_code
  from ${wantedRows} join payment p on p.org_id = w.org_id and p.invoice_id = w.invoice_id and p.provider_key is not null and p.attempt is not null
  order by p.attempt`;
const unbookedQuery = `select c.org_id, c.invoice_id, c.provider, c.ref, c.provider_key, c.amount_minor, c.currency,
    ${msOf('c.charged_at')} as charged_at
  from ${wantedRows} join charge_to_explain c on c.org_id = w.org_id and c.invoice_id = w.invoice_id
    left join payment p on p.org_id = c.org_id and p.provider = c.provider and p.provider_ref = c.ref and p.status = 'succeeded'
  where p.ref is null`;

function invoiceOfRow(row: RowReader) {
  const token = row.optionalText('payment_token');
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    currency: row.text('currency'),
    invoice: {
      status: statusOf(row.text('status')),
      subtotalMinor: row.minor('subtotal_minor'),
      discountMinor: row.minor('discount_minor'),
      taxMinor: row.minor('tax_minor'),
      totalMinor: row.minor('total_minor'),
      paidMinor: row.minor('paid_minor'),
      creditedMinor: row.minor('credited_minor'),
      dueMinor: row.minor('due_minor'),
      refundedMinor: row.minor('refunded_minor'),
    },
    dueAt: row.optionalNumber('due_at'),
    paidAt: row.optionalNumber('paid_at'),
    overpaidMinor: row.minor('overpaid_minor'),
    isParked: row.isSet('is_parked'),
    isGivenUp: row.isSet('is_given_up'),
    isBeingCharged: row.isSet('is_being_charged'),
    method: token === undefined ? undefined : { provider: row.text('payment_provider'), token },
    policy: policyOf(row.json('dunning_policy')),
    waitsFor: row.optionalText('waits_for'),
  };
}

interface StoredCase extends InvoiceName, DunningCase {
  readonly caseId: string;
}

function standingCase(invoiceId: string, cases: readonly StoredCase[]): Pick<Standing, 'dunning' | 'caseId'> {
  const dunning = cases.find(({ closedBy }) => closedBy !== 'paid');
  const next = cases.length === 0 ? invoiceId : `${invoiceId}.${cases.length + 1}`;
  return { dunning, caseId: dunning?.caseId ?? next };
}

function caseOfRow(row: RowReader): StoredCase {
  const steps = row.json('steps_left');
  return {
    caseId: row.text('id'),
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    state: caseStateOf(row.text('state')),
    policy: policyOf(row.json('policy')),
    failedOn: row.number('failed_on'),
    stepsLeft: Array.isArray(steps) ? steps.map(Number) : [],
    lastStepOn: row.optionalNumber('last_step_on'),
    stoppedOn: row.optionalNumber('stopped_on'),
    hasNewMethod: row.isSet('has_new_method'),
    exhaustedOn: row.optionalNumber('exhausted_on'),
    closedBy: closedByOf(row.optionalText('closed_by')),
  };
}

function attemptOfRow(row: RowReader): InvoiceName & StoredAttempt {
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    ref: row.text('ref'),
    attempt: row.number('attempt'),
    status: attemptStatusOf(row.text('status')),
    startedAt: row.number('started_at'),
    slotDay: row.optionalNumber('slot_day'),
    step: row.optionalNumber('step'),
    key: row.text('provider_key'),
    provider: row.text('provider'),
    token: row.text('token'),
    amountMinor: row.minor('amount_minor'),
    currency: row.text('currency'),
    asked: row.number('asked'),
    providerRef: row.optionalText('provider_ref'),
    failureCode: row.optionalText('failure_code'),
  };
}

function unbookedOfRow(row: RowReader): InvoiceName & UnbookedCharge {
  return {
    orgId: row.text('org_id'),
    invoiceId: row.text('invoice_id'),
    provider: row.text('provider'),
    ref: row.text('ref'),
    key: row.optionalText('provider_key'),
    amountMinor: row.minor('amount_minor'),
    currency: row.text('currency'),
    chargedAt: row.number('charged_at'),
  };
}

function policyOf(stored: unknown): DunningPolicy {
  if (stored === null) return defaultPolicy;
  const parsed = parsePolicy(stored);
  if (!parsed.ok) throw new Error('a dunning policy in the books cannot be read');
  return parsed.value;
}

const statuses = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const satisfies readonly InvoiceStatus[];
const attemptStatuses = ['pending', 'succeeded', 'failed', 'unknown'] as const satisfies readonly AttemptStatus[];
const caseStates = ['retrying', 'exhausted', 'ended', 'closed'] as const satisfies readonly DunningCase['state'][];
const closings = ['paid', 'voided', 'canceled'] as const;

const statusOf = oneOf(statuses);
const attemptStatusOf = oneOf(attemptStatuses);
const caseStateOf = oneOf(caseStates);

function closedByOf(text: string | undefined) {
  return text === undefined ? undefined : oneOf(closings)(text);
}

function oneOf<T extends string>(all: readonly T[]): (text: string) => T {
  return (text) => {
    const found = all.find((one) => one === text);
    if (found === undefined) throw new Error('a state in the books that no rule knows');
    return found;
  };
}

function byInvoice<T extends InvoiceName>(all: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(idOf(one), [...(found.get(idOf(one)) ?? []), one]);
  return found;
}

/** The day that an attempt counts for. */
export function attemptDayOf({ slotDay, startedAt }: StoredAttempt): UtcDay {
  return slotDay ?? dayOf(startedAt);
}

/** The UTC day of an instant. */
export function dayOf(at: EpochMs): UtcDay {
  return Math.floor(at / dayMs);
}
