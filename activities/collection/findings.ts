import type pg from 'pg';
import type { Mismatch } from '#domain/billing/provider-match';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import type { Actor } from './names.ts';

/** Where the books and the provider differ, and only staff know what it was about. */
export interface Finding {
  readonly orgId: string;
  /** The provider's own name of the charge. */
  readonly chargeRef: string;
  readonly problem: Mismatch['problem'] | 'refund_failed';
  /** Of what went back, or did not: more of it is another finding. */
  readonly amountMinor?: bigint;
  /** The provider's own name of the refund, where it is about one. */
  readonly refundRef?: string;
}

/** A finding is kept for the hour's slot, and audited the first time that it is made. Key: (slot, org, what it is about). */
export async function writeFindings(
  client: pg.ClientBase,
  findings: readonly Finding[],
  { at, actor: { actorType, actor } }: { readonly at: EpochMs; readonly actor: Actor },
): Promise<void> {
  if (findings.length === 0) return;
  const { rows } = await client.query<{ org_id: string; subject: string; detail: string }>(
    `with told as (select * from json_populate_recordset(null::invariant_finding, $1)),
      fresh as (select t.* from told t where not exists (select from invariant_finding f
        where f.invariant = t.invariant and f.org_id = t.org_id and f.subject = t.subject and f.detail = t.detail)),
      kept as (insert into invariant_finding select * from told on conflict do nothing)
     select org_id, subject, detail from fresh`,
    [JSON.stringify(findings.map((one) => findingRow(one, at)))],
  );
  const fresh = new Set(rows.map(({ org_id, subject, detail }) => JSON.stringify([org_id, subject, detail])));
  const isFresh = (one: Finding) => fresh.has(JSON.stringify([one.orgId, subjectOf(one), detailOf(one)]));
  const entries = findings.filter(isFresh).map(({ orgId, chargeRef, problem, amountMinor, refundRef }) => ({
    org_id: orgId,
    actor_type: actorType,
    actor,
    action: 'provider.mismatch',
    subject: `charge/${chargeRef}`,
    outcome: 'rejected',
    detail: { problem, refundRef, ...(amountMinor !== undefined && { amountMinor: String(amountMinor) }) },
  }));
  if (entries.length > 0) await client.query('select append_audit($1)', [JSON.stringify(entries)]);
}

function findingRow(finding: Finding, at: EpochMs) {
  const slot = new Date(at).toISOString().slice(0, 13);
  return {
    invariant: 'M8',
    slot,
    org_id: finding.orgId,
    subject: subjectOf(finding),
    detail: detailOf(finding),
    found_at: instantText(at),
  };
}

function subjectOf({ refundRef, chargeRef }: Finding): string {
  return refundRef ?? chargeRef;
}

function detailOf({ problem, amountMinor }: Finding): string {
  return amountMinor === undefined ? problem : `${problem} ${amountMinor}`;
}
