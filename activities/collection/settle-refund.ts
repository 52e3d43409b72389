import type pg from 'pg';
import { refund } from '#domain/billing/invoice';
import { invoiceParts, spreadOver, type PartAmounts } from '#domain/billing/invoice-totals';
import { entriesOf } from '#domain/billing/ledger';
import { mayResend } from '#domain/billing/payments';
import { isRefusal } from '#domain/billing/refusals';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { PaymentProvider, RefundAnswer, RefundOrder } from '#payments/provider';
import type { JobPhase } from '../jobs/job-phase.ts';
import { note, putInvoice, type Book } from './book.ts';
import { occasionOf } from './collect.ts';
import { dueIds } from './due-ids.ts';
import { orgOf, type Actor, type PaymentName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { msOf, readRows } from './rows.ts';
import type { Standing } from './standing.ts';
import { decideAndWrite, type Occasion } from './within-lock.ts';

const refundsAtOnce = 20;

export type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'unknown';

/** Asks about refunds whose outcome is not known, or whose maker is gone. Key: the refund's row. */
export function refundsPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'refunds',
    setSize: 1,
    pageSize: refundsAtOnce,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_refund_asking', slot.at, range),
    async apply(ids, slot) {
      for (const id of ids) {
        const [orgId = '', invoiceId = '', ...ref] = id.split(':');
        const name = { orgId, invoiceId, ref: ref.join(':') };
        await settle(resources, name, occasionOf(resources, slot));
      }
      return { refundsAsked: ids.length };
    },
  };
}

/**
 * Sends a refund whose row was committed before as pending, and books what came of it: revenue and tax down in proportion, cash down. Key:
 * the refund's row and its provider's key: it is looked up before it is sent.
 */
export async function settleRefund(
  resources: CollectionResources,
  name: PaymentName,
  actor: Actor,
): Promise<RefundStatus | undefined> {
  const before = await readRefund(resources.db, name);
  if (!before) return undefined;
  return settle(resources, name, { at: before.at, actor, channels: [] });
}

async function settle(
  resources: CollectionResources,
  name: PaymentName,
  occasion: Occasion,
): Promise<RefundStatus | undefined> {
  const { db, providers, now } = resources;
  const before = await readRefund(db, name);
  if (!before || (before.status !== 'pending' && before.status !== 'unknown')) return before?.status;
  const provider = providers.get(before.provider);
  if (!provider) return before.status;
  const isTrusted = mayResend({ startedAt: before.at }, occasion.at) && mayResend({ startedAt: before.sentAt }, now());
  const answer = await ask(provider, before.order, isTrusted);
  return inTenants(db, [name.orgId], (client) => book(client, name, answer, occasion, before.at));
}

async function ask(provider: PaymentProvider, order: RefundOrder, isTrusted: boolean): Promise<RefundAnswer> {
  try {
    const found = await provider.findRefund(order);
    if (found) return { status: 'known', refund: found };
  } catch {
    return { status: 'unknown', code: 'no_answer' };
  }
  return isTrusted ? provider.refund(order) : { status: 'refused', code: 'not_refunded' };
}

async function book(
  client: pg.PoolClient,
  name: PaymentName,
  answer: RefundAnswer,
  occasion: Occasion,
  at: EpochMs,
): Promise<RefundStatus> {
  const status = statusOf(answer);
  return decideAndWrite<Promise<RefundStatus>>(client, [name], occasion, async (book, standingOf) => {
    const { rows } = await client.query<{ amount_minor: string }>(
      `update refund set status = $4, provider_ref = $5 where org_id = $1 and invoice_id = $2 and ref = $3 and status in ('pending', 'unknown')
       returning amount_minor`,
      [name.orgId, name.invoiceId, name.ref, status, answer.status === 'known' ? answer.refund.ref : null],
    );
    const [row] = rows;
    const standing = standingOf(name);
    if (!row || !standing) return status;
    const detail = { ref: name.ref, amountMinor: row.amount_minor, currency: standing.currency };
    if (status === 'failed') note(book, standing, 'refund.failed', detail);
    if (status === 'succeeded') {
      note(book, standing, 'refund.succeeded', detail);
      bookRefund(book, standing, name, BigInt(row.amount_minor), await partsLeft(client, name), at);
    }
    return status;
  });
}

function bookRefund(
  book: Book,
  standing: Standing,
  { orgId, invoiceId, ref }: PaymentName,
  amountMinor: bigint,
  left: PartAmounts,
  at: EpochMs,
) {
  const refunded = refund(standing.invoice, amountMinor);
  if (isRefusal(refunded)) throw new Error(`a refund cannot be booked: ${refunded.refused}`);
  putInvoice(book, standing, refunded);
  const entries = entriesOf({ fact: 'refunded', parts: spreadOver(left, amountMinor), to: 'cash' });
  const transactionId = `refunded:${invoiceId}:${ref}`;
  book.ledger.push({ orgId, transactionId, fact: 'refunded', invoiceId, currency: standing.currency, at, entries });
}

/** What is left of an invoice's streams and tax: its balances in the ledger. */
async function partsLeft(client: pg.ClientBase, { orgId, invoiceId }: PaymentName): Promise<PartAmounts> {
  const rows = await readRows(
    client,
    `select coalesce(stream, 'tax') as part, -sum(amount_minor) as left from billing_ledger
     where org_id = $1 and invoice_id = $2 and account in ('revenue', 'tax') group by 1`,
    [orgId, invoiceId],
    (row) => [row.text('part'), row.minor('left')] as const,
  );
  const left = new Map(rows);
  const none: PartAmounts = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n, tax: 0n };
  return invoiceParts.reduce((parts, part) => ({ ...parts, [part]: left.get(part) ?? 0n }), none);
}

function statusOf(answer: RefundAnswer): RefundStatus {
  switch (answer.status) {
    case 'known':
      return answer.refund.status;
    case 'refused':
      return 'failed';
    case 'busy':
      return 'pending';
    case 'unknown':
      return 'unknown';
  }
}

async function readRefund(db: pg.Pool, name: PaymentName) {
  const { orgId, invoiceId, ref } = name;
  const [found] = await inTenants(db, [orgId], (client) =>
    readRows(
      client,
      `select r.status, r.provider_key, r.amount_minor, r.currency, ${msOf('r.at')} as at, ${msOf('coalesce(r.sent_at, r.at)')} as sent_at,
          p.provider, p.provider_ref
        from refund r join payment p on p.org_id = r.org_id and p.invoice_id = r.invoice_id and p.ref = r.payment_ref
        where r.org_id = $1 and r.invoice_id = $2 and r.ref = $3 and r.provider_key is not null and p.provider is not null
          and p.provider_ref is not null`,
      [orgId, invoiceId, ref],
      (row) => ({
        status: refundStatusOf(row.text('status')),
        at: row.number('at'),
        sentAt: row.number('sent_at'),
        provider: row.text('provider'),
        order: {
          orgId,
          invoiceId,
          key: row.text('provider_key'),
          chargeRef: row.text('provider_ref'),
          amountMinor: row.minor('amount_minor'),
          currency: row.text('currency'),
        },
      }),
    ),
  );
  return found;
}

function refundStatusOf(text: string): RefundStatus {
  return text === 'pending' || text === 'succeeded' || text === 'failed' ? text : 'unknown';
}
