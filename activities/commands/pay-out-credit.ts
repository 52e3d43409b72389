import type pg from 'pg';
import { entriesOf } from '#domain/billing/ledger';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { writeLedger } from '../billing/write-ledger.ts';
import type { Done, StaffCommand } from './command.ts';

/** Books that an org got its credit, or a part of it, as money: staff send it by hand. Key: the command. */
export async function payOutCredit(
  client: pg.ClientBase,
  { orgId, id, at }: StaffCommand,
  { amountMinor: told, currency, heldSeen }: StaffCommandBody<'pay_out_credit'>,
): Promise<Done | Refusal> {
  const amountMinor = BigInt(told);
  const held = await readCreditOfOrgs(client, [orgId]);
  const heldMinor = held.find((credit) => credit.currency === currency)?.minor ?? 0n;
  if (amountMinor === 0n) return refusal('amount_not_positive');
  if (heldSeen !== undefined && BigInt(heldSeen) !== heldMinor) return refusal('changed_meanwhile');
  if (amountMinor > heldMinor) return refusal('pay_out_exceeds_credit');
  const fact = 'credit_paid_out';
  const entries = entriesOf({ fact, amountMinor });
  await writeLedger(client, [
    { orgId, transactionId: `${fact}:${id}`, fact, invoiceId: undefined, currency, at, entries },
  ]);
  return { result: { amountMinor: told, currency, leftMinor: String(heldMinor - amountMinor) } };
}
