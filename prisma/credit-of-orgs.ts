import type { Readable } from './metric-reads.ts';

/** Money that an org paid too much, or that a draft below 0 carried on. */
export interface CreditOfOrg {
  readonly orgId: string;
  readonly currency: string;
  /** Below 0 where it was paid out and the payment it came from went back. */
  readonly minor: bigint;
}

/**
 * What orgs, or all of them, have to their credit: minus the balance of the ledger's account, less what of it is on its way back through a provider. In
 * the order of the orgs; those without are left out.
 */
export async function readCreditOfOrgs(db: Readable, orgIds?: readonly string[]): Promise<CreditOfOrg[]> {
  const ofOrgs = orgIds ? 'and org_id = any($1)' : '';
  const { rows } = await db.query<{ org_id: string; currency: string; minor: string }>({
    name: orgIds ? 'credit-of-orgs' : 'credit-of-all-orgs',
    text: `select org_id, currency, (-sum(amount_minor))::text as minor from (
        select org_id, currency, amount_minor from billing_ledger where account = 'credit' ${ofOrgs}
        union all
        select org_id, currency, amount_minor from refund
        where of_overpaid and status in ('pending', 'unknown') and provider_key is not null ${ofOrgs}) c
      group by org_id, currency having sum(amount_minor) <> 0 order by org_id, currency`,
    values: orgIds ? [orgIds] : [],
  });
  return rows.map(({ org_id: orgId, currency, minor }) => ({ orgId, currency, minor: BigInt(minor) }));
}
