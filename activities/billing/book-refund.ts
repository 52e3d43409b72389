import type pg from 'pg';
import { spreadOver } from '#domain/billing/invoice-totals';
import { entriesOf, type LedgerFact } from '#domain/billing/ledger';
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
 * Books a refund that was made: what is left of the invoice's streams and tax goes down in proportion, cash or credit by whatever it went back to. One
 * of what was overpaid takes the org's credit down instead, and leaves what the invoice took as it is. False when it was booked before. The transaction
 * speaks for the org. Key: the refund, which leaves `pending` and `unknown` once.
 */
export async function bookRefund(client: pg.ClientBase, refund: SettledRefund): Promise<boolean> {
  const { orgId, invoiceId, ref, at } = refund;
  await lockOrgs(client, [orgId]);
  const { rows } = await client.query<MadeRefund>({
    text: `update refund set status = 'succeeded', code = null, provider_ref = coalesce($4, provider_ref)
      where org_id = $1 and invoice_id = $2 and ref = $3 and status in ('pending', 'unknown')
      returning amount_minor as minor, currency, paid_to, of_overpaid`,
    values: [orgId, invoiceId, ref, refund.providerRef ?? null],
  });
  const [made] = rows;
  if (!made) return false;
  const fact = await factOf(client, refund, made);
  const [refundedMinor, overpaidMinor] = made.of_overpaid ? ['0', made.minor] : [made.minor, '0'];
  await client.query({
    text: `update invoice set refunded_minor = refunded_minor + $3, overpaid_minor = overpaid_minor - $4, version = version + 1
      where org_id = $1 and id = $2`,
    values: [orgId, invoiceId, refundedMinor, overpaidMinor],
  });
  await writeLedger(client, [
    {
      orgId,
      invoiceId,
      at,
      transactionId: `refunded:${invoiceId}:${ref}`,
      fact: fact.fact,
      currency: made.currency,
      entries: entriesOf(fact),
    },
  ]);
  await auditRefund(client, refund, made);
  return true;
}

interface MadeRefund {
  readonly minor: string;
  readonly currency: string;
  readonly paid_to: 'cash' | 'credit';
  readonly of_overpaid: boolean;
}

async function factOf(
  client: pg.ClientBase,
  { orgId, invoiceId }: SettledRefund,
  made: MadeRefund,
): Promise<LedgerFact> {
  const amountMinor = BigInt(made.minor);
  if (made.of_overpaid) return { fact: 'credit_paid_out', amountMinor };
  const parts = spreadOver(await partsLeft(client, orgId, invoiceId), amountMinor);
  return { fact: 'refunded', parts, to: made.paid_to };
}

async function auditRefund(client: pg.ClientBase, refund: SettledRefund, made: MadeRefund) {
  const { orgId, invoiceId, ref, providerRef, actorType, actor } = refund;
  const detail = {
    ref,
    amountMinor: made.minor,
    currency: made.currency,
    paidTo: made.paid_to,
    ofOverpaid: made.of_overpaid,
    providerRef,
  };
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
