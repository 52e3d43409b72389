import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import { foundInvoicesSql } from './billing-invoices.ts';
import type { PaymentFilters, PaymentStatus } from './billing-lists.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import type { Sums } from './money-sums.ts';

export interface PaymentRow {
  readonly key: RowKey;
  readonly id: string;
  readonly org: { readonly id: string; readonly name: string };
  readonly invoice: { readonly id: string; readonly number: string | undefined };
  readonly ref: string;
  readonly status: PaymentStatus;
  readonly isCredit: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly method: string | undefined;
  readonly provider: string | undefined;
  readonly failure: string | undefined;
  readonly trigger: string | undefined;
}

interface Stored {
  readonly id: string;
  readonly org_id: string;
  readonly org_name: string;
  readonly invoice_id: string;
  readonly number: string | null;
  readonly ref: string;
  readonly status: PaymentStatus;
  readonly is_credit: boolean;
  readonly amount_minor: string;
  readonly currency: string;
  readonly method: string | null;
  readonly provider: string | null;
  readonly failure_code: string | null;
  readonly trigger: string | null;
}

export const paymentSums = {
  amount: { minor: 't.amount_minor', currency: 't.currency' },
} satisfies Sums;

export const paidDays = { counts: ['payments.succeeded'], sums: ['payments.succeeded'] };

export const paymentsSource: ListSource<PaymentFilters, Stored, PaymentRow> = {
  table: 'listed_payment',
  at: 'at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs, statuses, currencies }) => ({ 't.org_id': orgs, 't.status': statuses, 't.currency': currencies }),
  where: ({ q, kinds }, bind) => [
    ...(kinds.length === 1 ? [kinds[0] === 'credit' ? 't.is_credit' : 'not t.is_credit'] : []),
    ...(q === undefined ? [] : [`(t.org_id, t.invoice_id) in (${foundInvoicesSql(q, bind)})`]),
  ],
  columns: `t.id, t.org_id, o.name as org_name, t.invoice_id, i.number, t.ref, t.status, t.is_credit, t.amount_minor::text, t.currency, t.method,
    t.provider, t.failure_code, t.trigger`,
  joins: 'join org o on o.id = t.org_id join invoice i on i.org_id = t.org_id and i.id = t.invoice_id',
  sums: paymentSums,
  rolledSums: ({ q, orgs, statuses, currencies, kinds }) =>
    statuses.join() === 'succeeded' && kinds.join() === 'money' && currencies.length === 0 && q === undefined
      ? { amount: [{ ...paidDays, orgs }] }
      : {},
  rowOf: (stored, key) => ({
    key,
    id: stored.id,
    org: { id: stored.org_id, name: stored.org_name },
    invoice: { id: stored.invoice_id, number: stored.number ?? undefined },
    ref: stored.ref,
    status: stored.status,
    isCredit: stored.is_credit,
    amountMinor: BigInt(stored.amount_minor),
    currency: stored.currency,
    method: stored.method ?? undefined,
    provider: stored.provider ?? undefined,
    failure: stored.failure_code ?? undefined,
    trigger: stored.trigger ?? undefined,
  }),
};

export async function listPayments(staff: Staff, query: ListQuery<PaymentFilters>): Promise<Page<PaymentRow>> {
  assertCan(staff, 'billing');
  return readList(database().pool, paymentsSource, query);
}

export async function getPayment(staff: Staff, id: string): Promise<PaymentRow | undefined> {
  assertCan(staff, 'billing');
  return readOne(database().pool, paymentsSource, id);
}
