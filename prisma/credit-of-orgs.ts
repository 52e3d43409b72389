import type pg from 'pg';

/** Money that an org paid too much, or that a draft below 0 carried on. */
export interface CreditOfOrg {
  readonly orgId: string;
  readonly currency: string;
  /** Minor units, as text; below 0 where it was paid out and the payment it came from went back. */
  readonly minor: string;
}

/** What orgs have to their credit as the ledger holds it, in the order of the orgs; those without are left out. */
export async function readCreditOfOrgs(
  db: pg.Pool,
  orgId: string | undefined,
  max: number,
): Promise<readonly CreditOfOrg[]> {
  const { rows } = await db.query<CreditOfOrg>(
    `select org_id as "orgId", currency, (-sum(amount_minor))::text as minor from billing_ledger
     where account = 'credit' and ($1::text is null or org_id = $1)
     group by org_id, currency having sum(amount_minor) <> 0 order by org_id, currency limit $2`,
    [orgId ?? null, max],
  );
  return rows;
}
