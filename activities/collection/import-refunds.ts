import type pg from 'pg';
import { orgIdPattern } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import type { OfChargeOrSince, PaymentProvider, ProviderRefund } from '#payments/provider';
import { instantText } from '../instant-text.ts';
import { orgsOf } from './names.ts';

/**
 * What a provider says went back is written down as it is. Key: (provider, ref). How one stands only goes on, from pending to succeeded to failed,
 * so that of two readings it does not count which is written last.
 */
export async function importRefunds(
  db: pg.Pool,
  provider: PaymentProvider,
  of: OfChargeOrSince,
): Promise<readonly ProviderRefund[]> {
  const read: ProviderRefund[] = [];
  for await (const page of provider.refunds(of)) {
    await writeRefunds(db, provider.name, page);
    read.push(...page);
  }
  return read;
}

async function writeRefunds(db: pg.Pool, provider: string, refunds: readonly ProviderRefund[]): Promise<void> {
  const rows = refunds.flatMap((refund) => {
    const { chargedFor } = refund;
    if (!chargedFor || !orgIdPattern.test(chargedFor.orgId)) return [];
    return [{ orgId: chargedFor.orgId, row: rowOf(provider, chargedFor, refund) }];
  });
  if (rows.length === 0) return;
  await inTenants(db, orgsOf(rows), (client) =>
    client.query(
      `insert into provider_refund (provider, ref, org_id, invoice_id, charge_ref, provider_key, amount_minor, currency, status, code, made_at)
        select provider, ref, org_id, invoice_id, charge_ref, provider_key, amount_minor, currency, status, code, made_at
        from json_populate_recordset(null::provider_refund, $1) order by provider, ref
        on conflict (provider, ref) do update set amount_minor = excluded.amount_minor, code = coalesce(excluded.code, provider_refund.code),
          status = case when provider_refund.status = 'failed' or excluded.status = 'pending' then provider_refund.status else excluded.status end`,
      [JSON.stringify(rows.map(({ row }) => row))],
    ),
  );
}

function rowOf(
  provider: string,
  { orgId, invoiceId }: { readonly orgId: string; readonly invoiceId: string },
  { ref, key, chargeRef, amountMinor, currency, status, code, madeAt }: ProviderRefund,
) {
  return {
    provider,
    ref,
    org_id: orgId,
    invoice_id: invoiceId,
    charge_ref: chargeRef,
    provider_key: key,
    amount_minor: String(amountMinor),
    currency,
    status,
    code,
    made_at: instantText(madeAt),
  };
}
