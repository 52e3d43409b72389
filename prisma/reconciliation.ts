import type pg from 'pg';
import { reconcile, type Expected, type Invoiced, type ReconciledCell } from '#domain/billing/reconciliation';
import { localDateOf } from '#domain/billing/zones';

import type { EpochMs } from '#domain/instants';
import { readZones } from './org-zones.ts';
import { readSingleCharges, type ChargedSource } from './reconciliation-charges.ts';
import { readInvoiced, readSettled } from './reconciliation-lines.ts';
import { readSubscriptionCharges } from './reconciliation-subscriptions.ts';
import { readUsageCharges } from './reconciliation-usage.ts';

/** Orgs that are read at once. */
const orgsAtOnce = 200;

/**
 * What was to be billed, what was billed, paid and credited, per org, stream, currency and month, with the rows that differ. Each table is read
 * with one statement for 200 orgs. The connection must see the orgs: as the portal, or as a worker that speaks for them.
 * @param at up to when subscriptions are charged
 */
export async function readReconciliation(
  db: pg.Pool | pg.ClientBase,
  orgIds: readonly string[],
  at: EpochMs,
): Promise<ReconciledCell[]> {
  const cells: ReconciledCell[] = [];
  for (let first = 0; first < orgIds.length; first += orgsAtOnce)
    cells.push(...(await readSet(db, orgIds.slice(first, first + orgsAtOnce), at)));
  return cells;
}

async function readSet(db: pg.Pool | pg.ClientBase, orgIds: readonly string[], at: EpochMs) {
  const zoneAt = await readZones(db, orgIds);
  const charged = [
    ...(await readSingleCharges(db, orgIds)),
    ...(await readSubscriptionCharges(db, orgIds, zoneAt, at)),
    ...(await readUsageCharges(db, orgIds)),
  ];
  const invoiced = await readInvoiced(db, orgIds);
  const monthOf = (orgId: string, lastAt: EpochMs) => `${localDateOf(lastAt, zoneAt(orgId, lastAt)).slice(0, 8)}01`;
  return reconcile(expectedOf(charged, invoiced, monthOf), invoiced, await readSettled(db, orgIds));
}

/**
 * What was billed of a source was to be billed in the month it was billed in: late charges go on a later draft. What is missing, or too much,
 * stands in the month that its charges are for.
 */
function expectedOf(
  charged: readonly ChargedSource[],
  invoiced: readonly Invoiced[],
  monthOf: (orgId: string, lastAt: EpochMs) => string,
): Expected[] {
  const sources = new Map<string, { rest: bigint; at: Omit<Expected, 'amountMinor'> }>();
  const expected: Expected[] = [];
  for (const { lastAt, amountMinor, ...name } of charged) {
    const known = sources.get(keyOf(name));
    const at = { ...name, month: monthOf(name.orgId, lastAt) };
    sources.set(keyOf(name), { rest: (known?.rest ?? 0n) + amountMinor, at });
  }
  for (const line of invoiced) {
    const known = sources.get(keyOf(line));
    sources.set(keyOf(line), { rest: (known?.rest ?? 0n) - line.amountMinor, at: known?.at ?? line });
    expected.push(line);
  }
  const missing = [...sources.values()].filter(({ rest }) => rest !== 0n);
  return [...expected, ...missing.map(({ rest, at }) => ({ ...at, amountMinor: rest }))];
}

function keyOf({
  orgId,
  stream,
  currency,
  source,
}: Pick<Expected, 'orgId' | 'stream' | 'currency' | 'source'>): string {
  return JSON.stringify([orgId, stream, currency, source]);
}
