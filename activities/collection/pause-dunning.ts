import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import type { InvoiceName } from './names.ts';

/** Holds the retries of an open case, or lets them go on. No step is used up meanwhile. @returns false without an open case */
export async function pauseDunning(
  client: pg.ClientBase,
  { orgId, invoiceId }: InvoiceName,
  pausedAt: EpochMs | undefined,
  pausedUntil?: EpochMs,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'update dunning_case set paused_at = $3, paused_until = $4 where org_id = $1 and invoice_id = $2 and closed_at is null',
    [orgId, invoiceId, ...[pausedAt, pausedUntil].map((at) => (at === undefined ? null : instantText(at)))],
  );
  return rowCount === 1;
}
