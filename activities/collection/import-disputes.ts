import type pg from 'pg';
import { orgIdPattern } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { PaymentProvider, ProviderDispute } from '#payments/provider';
import { instantText } from '../instant-text.ts';
import { orgsOf, type InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';

/** What a provider says of disputes is written down as it is. Key: (provider, ref). That of charges for no invoice of ours is no concern of our books. */
export async function importDisputes(
  { db, now }: Pick<CollectionResources, 'db' | 'now'>,
  provider: PaymentProvider,
  of: Parameters<PaymentProvider['disputes']>[0],
): Promise<InvoiceName[]> {
  // Before it is asked: of two readings the later counts.
  const seenAt = now();
  const named: InvoiceName[] = [];
  for await (const dispute of provider.disputes(of)) {
    const { chargedFor } = dispute;
    if (!chargedFor || !orgIdPattern.test(chargedFor.orgId)) continue;
    await writeDispute(db, rowOf(provider.name, chargedFor, dispute, seenAt));
    named.push(chargedFor);
  }
  return named;
}

/** Disputes of invoices as they are now. Where the provider does not answer they are as they were. */
export async function readDisputesAgain(
  resources: Pick<CollectionResources, 'db' | 'providers' | 'now'>,
  names: readonly InvoiceName[],
): Promise<void> {
  const { db, providers } = resources;
  const found = await inTenants(db, orgsOf(names), (client) =>
    readRows(
      client,
      `select distinct d.provider, d.charge_ref from unnest($1::text[], $2::text[]) as w (org_id, invoice_id)
         join provider_dispute d on d.org_id = w.org_id and d.invoice_id = w.invoice_id`,
      [names.map(({ orgId }) => orgId), names.map(({ invoiceId }) => invoiceId)],
      (row) => ({ name: row.text('provider'), chargeRef: row.text('charge_ref') }),
    ),
  );
  for (const { name, chargeRef } of found) {
    const provider = providers.get(name);
    if (provider) await importDisputes(resources, provider, { chargeRef }).catch(() => undefined);
  }
}

async function writeDispute(db: pg.Pool, row: ReturnType<typeof rowOf>): Promise<void> {
  await inTenants(db, [row.org_id], (client) =>
    client.query(
      `insert into provider_dispute (provider, ref, org_id, invoice_id, charge_ref, amount_minor, currency, fee_minor, fee_currency, status, opened_at,
          seen_at)
        select provider, ref, org_id, invoice_id, charge_ref, amount_minor, currency, fee_minor, fee_currency, status, opened_at, seen_at
        from json_populate_record(null::provider_dispute, $1)
        on conflict (provider, ref) do update set amount_minor = excluded.amount_minor, fee_minor = excluded.fee_minor,
          fee_currency = excluded.fee_currency, status = excluded.status, seen_at = excluded.seen_at
        where provider_dispute.seen_at <= excluded.seen_at`,
      [JSON.stringify(row)],
    ),
  );
}

function rowOf(provider: string, { orgId, invoiceId }: InvoiceName, dispute: ProviderDispute, seenAt: EpochMs) {
  return {
    provider,
    ref: dispute.ref,
    org_id: orgId,
    invoice_id: invoiceId,
    charge_ref: dispute.chargeRef,
    amount_minor: String(dispute.amountMinor),
    currency: dispute.currency,
    fee_minor: String(dispute.feeMinor),
    fee_currency: dispute.feeCurrency,
    status: dispute.status,
    opened_at: instantText(dispute.openedAt),
    seen_at: instantText(seenAt),
  };
}
