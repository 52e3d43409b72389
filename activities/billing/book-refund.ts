import type pg from 'pg';
import { spreadOver } from '#domain/billing/invoice-totals';
import { entriesOf } from '#domain/billing/ledger';
import type { EpochMs } from '#domain/instants';
import type { Actor } from '../collection/names.ts';
import { lockOrgs } from './lock-orgs.ts';
import { partsLeft } from './parts-left.ts';
import { writeLedger } from './write-ledger.ts';

export interface SettledRefund extends Actor {
  readonly orgId: string;
  readonly invoiceId: string;
  readonly ref: string;
  /** The provider's own name of it, where it went through one. */
  readonly providerRef?: string | undefined;
  readonly at: EpochMs;
}

/**
 * Books a refund that was made: what is left of the invoice's streams and tax goes down in proportion, cash or credit by whatever it went back to.
 * False when it was booked before. The transaction speaks for the org. Key: the refund, which leaves `pending` and `unknown` once.
 */
export async function bookRefund(client: pg.ClientBase, refund: SettledRefund): Promise<boolean> {
  const { orgId, invoiceId, ref, at } = refund;
  await lockOrgs(client, [orgId]);
  const { rows } = await client.query<{ minor: string; currency: string; paid_to: 'cash' | 'credit' }>({
    text: `update refund set status = 'succeeded', code = null, provider_ref = coalesce($4, provider_ref)
      where org_id = $1 and invoice_id = $2 and ref = $3 and status in ('pending', 'unknown')
      returning amount_minor as minor, currency, paid_to`,
    values: [orgId, invoiceId, ref, refund.providerRef ?? null],
  });
  const [made] = rows;
  if (!made) return false;
  const parts = spreadOver(await partsLeft(client, orgId, invoiceId), BigInt(made.minor));
  await client.query({
    text: 'update invoice set refunded_minor = refunded_minor + $3, version = version + 1 where org_id = $1 and id = $2',
    values: [orgId, invoiceId, made.minor],
  });
  await writeLedger(client, [
    {
      orgId,
      invoiceId,
      at,
      transactionId: `refunded:${invoiceId}:${ref}`,
      fact: 'refunded',
      currency: made.currency,
      entries: entriesOf({ fact: 'refunded', parts, to: made.paid_to }),
    },
  ]);
  await auditRefund(client, refund, made);
  return true;
}

async function auditRefund(
  client: pg.ClientBase,
  refund: SettledRefund,
  made: { minor: string; currency: string; paid_to: string },
) {
  const { orgId, invoiceId, ref, providerRef, actorType, actor } = refund;
  const detail = { ref, amountMinor: made.minor, currency: made.currency, paidTo: made.paid_to, providerRef };
  const entry = {
    org_id: orgId,
    actor_type: actorType,
    actor,
    action: 'refund.made',
    subject: `invoice/${invoiceId}`,
    detail,
  };
  await client.query('select append_audit($1)', [JSON.stringify([entry])]);
}
