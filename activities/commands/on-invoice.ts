import type pg from 'pg';
import { isRefusal, refusal, type Refusal } from '#domain/billing/refusals';
import type { Book } from '../collection/book.ts';
import type { Standing } from '../collection/standing.ts';
import { decideAndWrite } from '../collection/within-lock.ts';
import type { StaffCommand } from './command.ts';

export interface NamedInvoice {
  readonly invoiceId: string;
  readonly versionSeen?: number | undefined;
}

/** Decides about one invoice of our own as it stands, and writes what was decided. Refused where it is not what staff saw. */
export async function onInvoice<T extends object>(
  client: pg.ClientBase,
  { orgId, at, actor, providers }: StaffCommand,
  { invoiceId, versionSeen }: NamedInvoice,
  decide: (book: Book, standing: Standing) => T | Refusal,
): Promise<T | Refusal> {
  if (versionSeen !== undefined && (await versionOf(client, orgId, invoiceId)) !== versionSeen)
    return refusal('changed_meanwhile');
  const name = { orgId, invoiceId };
  return decideAndWrite(
    client,
    [name],
    { at, actor, channels: [], ...(providers && { providers }) },
    (book, standingOf): T | Refusal => {
      const standing = standingOf(name);
      return standing ? decide(book, standing) : refusal('unknown_invoice');
    },
  );
}

/** Continues with what was decided. */
export async function whenDone<T extends object, R>(
  decided: T | Refusal,
  next: (done: T) => Promise<R>,
): Promise<R | Refusal> {
  return isRefusal(decided) ? decided : next(decided);
}

async function versionOf(client: pg.ClientBase, orgId: string, invoiceId: string): Promise<number | undefined> {
  const { rows } = await client.query<{ version: number }>(
    'select version from invoice where org_id = $1 and id = $2',
    [orgId, invoiceId],
  );
  return rows[0]?.version;
}
