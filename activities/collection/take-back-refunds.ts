import type pg from 'pg';
import { reversalOf, type LedgerAccount, type LedgerEntry } from '#domain/billing/ledger';
import type { BilledStream } from '#domain/billing/streams';
import type { EpochMs } from '#domain/instants';
import { lockOrgs } from '../billing/lock-orgs.ts';
import { writeLedger } from '../billing/write-ledger.ts';
import { writeFindings } from './findings.ts';
import type { Actor } from './names.ts';
import { settleCredit } from './settle-credit.ts';

/** One that was booked as made, and has left `succeeded`. */
export interface FailedRefund {
  readonly org_id: string;
  readonly invoice_id: string;
  readonly ref: string;
  readonly minor: string;
  readonly currency: string;
  readonly of_overpaid: boolean;
  readonly code: string | null;
  /** The provider's own name of it, where it has one. */
  readonly provider_ref: string | null;
  readonly charge_ref: string;
}

interface TakenBack {
  readonly at: EpochMs;
  readonly actor: Actor;
}

/**
 * Refunds that were booked as made, also as what somebody had sent back at the provider, and that it says failed after all: the money is ours again, and staff are told that its customer still
 * waits for it. What the refund booked is reversed, and the invoice may be refunded as before. The transaction speaks for the orgs. Key: the refund,
 * which leaves `succeeded` once.
 */
export async function takeBackRefunds(
  client: pg.ClientBase,
  orgIds: readonly string[],
  taken: TakenBack,
): Promise<void> {
  await lockOrgs(client, orgIds);
  const { rows: failed } = await client.query<FailedRefund & { readonly provider_ref: string }>(
    `update refund r set status = 'failed', code = t.code from provider_refund t
     where t.org_id = any($1) and t.status = 'failed' and r.status = 'succeeded'
       and r.org_id = t.org_id and r.invoice_id = t.invoice_id
       and (r.provider_key = t.provider_key or r.provider_key is null and r.provider_ref = t.ref)
     returning r.org_id, r.invoice_id, r.ref, r.amount_minor as minor, r.currency, r.of_overpaid, t.code, t.ref as provider_ref, t.charge_ref`,
    [orgIds],
  );
  await reverseRefunds(client, failed, taken);
  const findings = failed.map(({ org_id: orgId, provider_ref: refundRef, charge_ref: chargeRef }) => ({
    orgId,
    chargeRef,
    refundRef,
    problem: 'refund_failed' as const,
  }));
  await writeFindings(client, findings, taken);
}

/** What these refunds booked, the other way: the money is ours again, and the invoice may be refunded as before. Their orgs are locked. */
export async function reverseRefunds(
  client: pg.ClientBase,
  failed: readonly FailedRefund[],
  { at, actor }: TakenBack,
): Promise<void> {
  if (failed.length === 0) return;
  await client.query(
    `update invoice i set refunded_minor = i.refunded_minor - f.refunded, overpaid_minor = i.overpaid_minor + f.overpaid, version = i.version + 1
     from (select org_id, invoice_id, coalesce(sum(minor) filter (where not of_overpaid), 0) as refunded,
         coalesce(sum(minor) filter (where of_overpaid), 0) as overpaid
       from json_to_recordset($1) as f (org_id text, invoice_id text, minor bigint, of_overpaid boolean) group by 1, 2) f
     where i.org_id = f.org_id and i.id = f.invoice_id`,
    [JSON.stringify(failed)],
  );
  for (const one of failed) await reverse(client, one, at);
  // Credit that is there again goes first where some was taken back.
  const credited = failed.filter(({ of_overpaid: isOfOverpaid }) => isOfOverpaid).map(({ org_id }) => org_id);
  if (credited.length > 0) await settleCredit(client, credited, { at, actor, channels: [] });
  await reopenDisputes(client, failed);
  await auditFailed(client, failed, actor);
}

async function reverse(
  client: pg.ClientBase,
  { org_id: orgId, invoice_id: invoiceId, ref, currency }: FailedRefund,
  at: EpochMs,
) {
  const original = `refunded:${invoiceId}:${ref}`;
  const { rows } = await client.query<{ account: LedgerAccount; stream: BilledStream | null; minor: string }>(
    'select account, stream, amount_minor as minor from billing_ledger where org_id = $1 and transaction_id = $2 order by entry',
    [orgId, original],
  );
  const entries = rows.map(({ account, stream, minor }): LedgerEntry => ({
    account,
    ...(stream && { stream }),
    amountMinor: BigInt(minor),
  }));
  await writeLedger(client, [
    {
      orgId,
      invoiceId,
      at,
      currency,
      transactionId: `refund_failed:${invoiceId}:${ref}`,
      fact: 'refund_failed',
      entries: reversalOf(entries),
      reversalOf: original,
    },
  ]);
}

/** A lost dispute took what refunds had left of its payment: there is more of it now, and it is booked again. */
async function reopenDisputes(client: pg.ClientBase, failed: readonly FailedRefund[]) {
  await client.query(
    `update provider_dispute d set booked_status = null
     from json_to_recordset($1) as f (org_id text, invoice_id text, charge_ref text)
     where d.org_id = f.org_id and d.invoice_id = f.invoice_id and d.charge_ref = f.charge_ref and d.status = 'lost' and d.reversed_minor < d.amount_minor`,
    [JSON.stringify(failed)],
  );
}

async function auditFailed(client: pg.ClientBase, failed: readonly FailedRefund[], { actorType, actor }: Actor) {
  const entries = failed.map(({ org_id, invoice_id, ref, minor, currency, code, provider_ref }) => ({
    org_id,
    actor_type: actorType,
    actor,
    action: 'refund.failed',
    subject: `invoice/${invoice_id}`,
    detail: { ref, amountMinor: minor, currency, code, providerRef: provider_ref, wasMade: true },
  }));
  await client.query('select append_audit($1)', [JSON.stringify(entries)]);
}
