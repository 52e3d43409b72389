import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import { instantText } from '../instant-text.ts';
import type { Actor, InvoiceName } from './names.ts';
import { closedBy } from './settle-attempts.ts';
import { decideAndWrite } from './within-lock.ts';

/**
 * Closes the dunning case of an invoice that was paid, voided or credited away, inside the caller's transaction and after its own write of
 * the invoice. Key: the case's state; without an open case nothing happens.
 */
export function closeDunning(
  client: pg.ClientBase,
  name: InvoiceName,
  by: 'paid' | 'voided' | 'canceled',
  at: EpochMs,
  actor: Actor,
): Promise<void> {
  return decideAndWrite(client, [name], { at, actor, channels: [] }, (book, standingOf) => {
    const standing = standingOf(name);
    if (standing) closedBy(book, standing, by);
  });
}

/** Holds the retries of an open case, or lets them go on. No step is used up meanwhile. @returns false without an open case */
export async function pauseDunning(
  client: pg.ClientBase,
  { orgId, invoiceId }: InvoiceName,
  pausedAt: EpochMs | undefined,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'update dunning_case set paused_at = $3 where org_id = $1 and invoice_id = $2 and closed_at is null',
    [orgId, invoiceId, pausedAt === undefined ? null : instantText(pausedAt)],
  );
  return rowCount === 1;
}
