import type pg from 'pg';
import { inTenants } from '#prisma/pool';
import { smaller } from '#domain/money';
import { instantText } from '../instant-text.ts';
import type { SlotAt } from '../jobs/job-phase.ts';
import type { Finding } from './findings.ts';
import { importRefunds } from './import-refunds.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';

/** What went back of a charge, as its provider has it, and as the books have it. */
export interface RefundDifference {
  readonly orgId: string;
  readonly provider: string;
  readonly chargeRef: string;
  readonly theirsMinor: bigint;
  /** All that was ordered and did not fail. */
  readonly oursMinor: bigint;
  readonly madeMinor: bigint;
}

/** Of charges of which less went back there than we made, their provider is asked once more: its list is older than what was made since. */
export async function askForMissingRefunds(
  { db, providers }: CollectionResources,
  orgIds: readonly string[],
  { at }: SlotAt,
): Promise<readonly RefundDifference[]> {
  const differing = await inTenants(db, orgIds, (client) => readDifferences(client, orgIds, at));
  const missing = differing.filter(({ theirsMinor, madeMinor }) => theirsMinor < madeMinor);
  for (const { provider: name, chargeRef } of missing) {
    const provider = providers.get(name);
    if (provider) await importRefunds(db, provider, { chargeRef });
  }
  return missing;
}

/** Nothing is booked by itself, since only staff know what it was about. `asked`: what was missing before it was asked for. */
export async function findRefunds(
  client: pg.ClientBase,
  orgIds: readonly string[],
  { at }: SlotAt,
  asked: readonly RefundDifference[],
): Promise<Finding[]> {
  const differing = await readDifferences(client, orgIds, at);
  return differing.flatMap(({ orgId, provider, chargeRef, theirsMinor, oursMinor, madeMinor }): Finding[] => {
    const before = asked.find((one) => one.provider === provider && one.chargeRef === chargeRef);
    const missingMinor = smaller(madeMinor, before?.madeMinor ?? 0n) - theirsMinor;
    const found = { orgId, chargeRef };
    if (missingMinor > 0n) return [{ ...found, problem: 'refund_missing_at_provider', amountMinor: missingMinor }];
    const goneMinor = theirsMinor - oursMinor;
    return goneMinor > 0n ? [{ ...found, problem: 'refunded_at_provider', amountMinor: goneMinor }] : [];
  });
}

function readDifferences(client: pg.ClientBase, orgIds: readonly string[], at: number): Promise<RefundDifference[]> {
  return readRows(
    client,
    'select * from refund_differences($2) where org_id = any($1)',
    [orgIds, instantText(at)],
    (row) => ({
      orgId: row.text('org_id'),
      provider: row.text('provider'),
      chargeRef: row.text('charge_ref'),
      theirsMinor: row.minor('theirs'),
      oursMinor: row.minor('ours'),
      madeMinor: row.minor('made'),
    }),
  );
}
