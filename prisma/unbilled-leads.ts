import type pg from 'pg';

/** A converted lead that is on no invoice, and why. */
export interface UnbilledLead {
  readonly orgId: string;
  readonly leadId: string;
  readonly name: string | null;
  readonly convertedAt: string;
  readonly billing: 'billable' | 'unpriced';
  readonly feeMinor: string | null;
  readonly currency: string | null;
  readonly version: number;
}

/** The latest first, of all orgs or of one. */
export async function readUnbilledLeads(db: pg.Pool, orgId: string | undefined, max: number): Promise<UnbilledLead[]> {
  const { rows } = await db.query<UnbilledLead>(
    `select l.org_id as "orgId", l.id as "leadId", l.name, to_json(l.converted_at) #>> '{}' as "convertedAt",
        case when l.fee_minor is null then 'unpriced' else 'billable' end as billing, l.fee_minor::text as "feeMinor",
        l.fee_currency as currency, l.version
      from lead l
      where l.status = 'converted' and not l.is_billed and l.fee_minor is distinct from 0 and ($1::text is null or l.org_id = $1)
      order by l.converted_at desc, l.org_id, l.id limit $2`,
    [orgId ?? null, max],
  );
  return rows;
}
