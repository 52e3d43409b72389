import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import type { BulkResult } from '../../actions/bulk-result.ts';
import { orderBatches } from '../../actions/order-batches.ts';
import { orderCommand } from '../../actions/order-command.ts';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import type { Picked } from '../../actions/picked.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import { messages } from '../../messages/en.ts';
import { dunning } from '../../messages/en-receivables.ts';
import { database } from '../../server/database.ts';
import { dunningSource } from './billing-dunning.ts';
import { invoicesSource } from './billing-invoices.ts';
import { dunningList } from './billing-lists.ts';
import { orderOfSeen } from './last-change.ts';
import { readOne } from './list-source.ts';
import { readPicked } from './picked-rows.ts';

/** Orders about one invoice that was looked at. */
export type InvoiceOrderKind = Extract<
  StaffCommandKind,
  | 'credit_note'
  | 'refund'
  | 'take_back_refunds'
  | 'void'
  | 'write_off'
  | 'mark_uncollectible'
  | 'retry_payment'
  | 'pause_dunning'
  | 'resume_dunning'
  | 'send_notice'
>;

interface InvoiceOrder {
  readonly row: string;
  readonly versionSeen: number;
  readonly reason: string;
  readonly id: string;
  /** What its kind says beside the invoice. */
  readonly more?: Readonly<Record<string, string | boolean | undefined>>;
}

/** How the invoice stands once an order is done. */
export interface InvoiceStanding {
  readonly status: string;
  readonly currency: string;
  readonly version: number;
  readonly paidMinor: string;
  readonly dueMinor: string;
  readonly creditedMinor: string;
  readonly refundedMinor: string;
  /** What the attempt came to that was ordered. */
  readonly attempt?: Attempt;
}

interface Attempt {
  readonly status: string;
  readonly failure: string | null;
}

/** Without a standing it is not done yet, or was refused: by the reason of the books. */
export type InvoiceOutcome = OrderOutcome & { readonly standing?: InvoiceStanding };

/** @throws ActionRefused where the invoice is not what the member saw: whoever comes second changes nothing */
export async function orderOnInvoice(
  staff: Staff,
  kind: InvoiceOrderKind,
  { row, versionSeen, reason, id, more }: InvoiceOrder,
): Promise<InvoiceOutcome> {
  assertCan(staff, 'billing', 'write');
  const { pool } = database();
  const invoice = await readOne(pool, invoicesSource, row);
  if (!invoice) throw new ActionRefused('conflict', messages.lists.goneText);
  const body = { invoiceId: invoice.id, versionSeen, ...more };
  const order = { orgId: invoice.org.id, kind, body, reason, id };
  const outcome = await orderOfSeen(staff, order, `invoice/${invoice.id}`);
  if (outcome.outcome !== 'done') return outcome;
  await awaitProvider(pool, invoice.org.id, invoice.id);
  const now = await readOne(pool, invoicesSource, row);
  const attempt = kind === 'retry_payment' ? await latestAttempt(pool, invoice.org.id, invoice.id) : undefined;
  return now ? { ...outcome, standing: { ...standingOf(now), ...(attempt && { attempt }) } } : outcome;
}

/** Orders the same about many invoices that are overdue: each alone, so that one which cannot, or is not what the member saw, is skipped. */
export async function orderOnOverdue(
  staff: Staff,
  kind: 'retry_payment' | 'send_notice',
  { picked, ...told }: { readonly picked: Picked; readonly reason: string; readonly id: string },
): Promise<BulkResult> {
  assertCan(staff, 'billing', 'write');
  const rows = await readPicked(database().pool, dunningList, dunningSource, picked);
  const saw = picked.kind === 'ids' ? picked.versions : undefined;
  const versions = new Map(rows.map(({ key, version }) => [key.id, saw?.[key.id] ?? version]));
  const items = await orderBatches(
    staff,
    {
      ...told,
      kind,
      sizeMax: 1,
      bodyOf: ([invoiceId], { key }) => ({ invoiceId, versionSeen: versions.get(key) }),
      becameOf: () => ({ became: 'done', note: kind === 'retry_payment' ? dunning.bulk.asked : '' }),
    },
    rows.map(({ key, org, id, number }) => ({ key: key.id, orgId: org.id, id, label: `${number ?? id}, ${org.name}` })),
  );
  return { items };
}

const looksMax = 20;
const lookEveryMs = 150;

/** What a provider was asked for is booked once it answers: a little later than the order is done. */
async function awaitProvider(pool: pg.Pool, orgId: string, invoiceId: string): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    const { rows } = await pool.query<{ waits: boolean }>(
      `select exists (select from payment where org_id = $1 and invoice_id = $2 and status = 'pending')
         or exists (select from refund where org_id = $1 and invoice_id = $2 and status = 'pending') as waits`,
      [orgId, invoiceId],
    );
    if (rows[0]?.waits !== true) return;
    await sleep(lookEveryMs);
  }
}

async function latestAttempt(pool: pg.Pool, orgId: string, invoiceId: string): Promise<Attempt | undefined> {
  const { rows } = await pool.query<Attempt>(
    'select status, failure_code as failure from payment where org_id = $1 and invoice_id = $2 order by at desc, ref desc limit 1',
    [orgId, invoiceId],
  );
  return rows[0];
}

function standingOf({ status, currency, version, paidMinor, dueMinor, creditedMinor, refundedMinor }: MinorStanding) {
  return {
    status,
    currency,
    version,
    paidMinor: String(paidMinor),
    dueMinor: String(dueMinor),
    creditedMinor: String(creditedMinor),
    refundedMinor: String(refundedMinor),
  };
}

type MinorStanding = Record<'paidMinor' | 'dueMinor' | 'creditedMinor' | 'refundedMinor', bigint> &
  Record<'status' | 'currency', string> & { readonly version: number };

interface CreditsOrder {
  readonly org: string;
  readonly credits: string;
  readonly expiresAt?: string | undefined;
  readonly reason: string;
  readonly id: string;
}

/** Gives AI credits, or takes some; the balance is stored anew with the next run of the figures. */
export async function correctCredits(
  staff: Staff,
  { org, credits, expiresAt, reason, id }: CreditsOrder,
): Promise<OrderOutcome> {
  assertCan(staff, 'billing', 'write');
  await assertOrg(org);
  const body = { credits, ...(expiresAt !== undefined && { expiresAt }) };
  return orderCommand(staff, { orgId: org, kind: 'correct_credits', body, reason, id });
}

interface PayOutOrder {
  readonly org: string;
  readonly currency: string;
  readonly amountMinor: string;
  readonly heldSeen: string;
  readonly reason: string;
  readonly id: string;
}

/** Books that an org got of its credit as money. @throws ActionRefused where there is no such org */
export async function payOutCredit(staff: Staff, { org, reason, id, ...body }: PayOutOrder): Promise<OrderOutcome> {
  assertCan(staff, 'billing', 'write');
  await assertOrg(org);
  return orderCommand(staff, { orgId: org, kind: 'pay_out_credit', body, reason, id });
}

async function assertOrg(org: string): Promise<void> {
  const { rowCount } = await database().pool.query('select 1 from org where id = $1', [org]);
  if (rowCount === 0) throw new ActionRefused('conflict', messages.lists.goneText);
}
