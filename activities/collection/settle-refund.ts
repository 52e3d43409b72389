import type pg from 'pg';
import { mayResend } from '#domain/billing/payments';
import type { EpochMs } from '#domain/instants';
import { sumMinor } from '#domain/money';
import { inTenants } from '#prisma/pool';
import type { PaymentProvider, RefundAnswer, RefundOrder } from '#payments/provider';
import { instantText, msOf } from '../instant-text.ts';
import { bookRefund } from '../billing/book-refund.ts';
import { lockOrgs } from '../billing/lock-orgs.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { occasionOf, type Occasion } from './decide-book.ts';
import { dueIds } from './due-ids.ts';
import { importRefunds } from './import-refunds.ts';
import { orgOf, type Actor, type PaymentName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';
import { settleCredit } from './settle-credit.ts';
import { takeBackRefunds } from './take-back-refunds.ts';

const refundsAtOnce = 20;

export type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'unknown';

/** Asks about refunds whose outcome is not known, or whose maker is gone. Key: the refund's row. */
export function refundsPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'refunds',
    setSize: 1,
    pageSize: refundsAtOnce,
    waitsForOthers: true,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_refund_asking', slot.at, range),
    async apply(ids, slot) {
      for (const id of ids) {
        const [orgId = '', invoiceId = '', ...ref] = id.split(':');
        const name = { orgId, invoiceId, ref: ref.join(':') };
        await settle(resources, name, occasionOf(resources, slot));
      }
      return { refundsAsked: ids.length };
    },
  };
}

/**
 * Sends a refund whose row was committed before as pending, and books what came of it: cash down, and revenue and tax in proportion, or credit. Key:
 * the refund's row and its provider's key: it is looked up before it is sent.
 */
export async function settleRefund(
  resources: CollectionResources,
  name: PaymentName,
  actor: Actor,
): Promise<RefundStatus | undefined> {
  const before = await readRefund(resources.db, name);
  if (!before) return undefined;
  return settle(resources, name, { at: before.at, actor, channels: [] });
}

async function settle(
  resources: CollectionResources,
  name: PaymentName,
  occasion: Occasion,
): Promise<RefundStatus | undefined> {
  const { db, providers, now } = resources;
  const before = await readRefund(db, name);
  if (!before || (before.status !== 'pending' && before.status !== 'unknown')) return before?.status;
  const provider = providers.get(before.provider);
  if (!provider) {
    await inTenants(db, [name.orgId], (client) => note(client, name, undefined, 'provider_not_set_up'));
    return before.status;
  }
  const { sentAt } = before;
  const isTrusted =
    sentAt === undefined || (mayResend({ startedAt: sentAt }, occasion.at) && mayResend({ startedAt: sentAt }, now()));
  const maySend = async () => {
    const firstSentAt = await noteSent(db, name, now());
    return firstSentAt !== undefined && mayResend({ startedAt: firstSentAt }, now());
  };
  const answer = await ask({ db, provider }, name, before.order, isTrusted ? maySend : undefined);
  if (!answer) return (await readRefund(db, name))?.status;
  return inTenants(db, [name.orgId], async (client) => {
    const status = await book(client, name, answer, { ...occasion, at: before.at });
    // What was read before it failed is booked before it is taken back.
    await takeBackRefunds(client, [name.orgId], { at: now(), actor: occasion.actor });
    return status;
  });
}

/**
 * When it was sent first is on record before it is: from then on its key grows old. Undefined for one that was settled meanwhile. Whoever stood
 * still for a day after this mark sends nothing: others have found that nothing went back, and staff may have ordered it anew.
 */
async function noteSent(
  db: pg.Pool,
  { orgId, invoiceId, ref }: PaymentName,
  at: EpochMs,
): Promise<EpochMs | undefined> {
  const [sentAt] = await inTenants(db, [orgId], (client) =>
    readRows(
      client,
      `update refund set sent_at = coalesce(sent_at, $4) where org_id = $1 and invoice_id = $2 and ref = $3 and status in ('pending', 'unknown')
       returning ${msOf('sent_at')} as sent_at`,
      [orgId, invoiceId, ref, instantText(at)],
      (row) => row.number('sent_at'),
    ),
  );
  return sentAt;
}

/**
 * @param maySend absent where the key is no longer trusted, so that nothing is sent
 * @returns undefined where it may not be sent any more: nothing was found out
 */
async function ask(
  { db, provider }: { readonly db: pg.Pool; readonly provider: PaymentProvider },
  name: PaymentName,
  order: RefundOrder,
  maySend: (() => Promise<boolean>) | undefined,
): Promise<RefundAnswer | undefined> {
  try {
    const made = await importRefunds(db, provider, { chargeRef: order.chargeRef });
    const own = made.find(({ key }) => key === order.key);
    if (own) return { status: 'known', refund: own };
    if (!maySend) return { status: 'refused', code: 'not_refunded' };
    const goneMinor = sumMinor(made.filter(({ status }) => status !== 'failed'));
    // What went back there and the books lack, as after they were restored, may be this very refund: ordered again, it is booked and not sent. The
    // books are read last: a refund that they have was ordered before it was sent.
    if (goneMinor > (await readOthers(db, name))) return { status: 'refused', code: 'refunded_at_provider' };
  } catch {
    return { status: 'unknown', code: 'no_answer' };
  }
  return (await maySend()) ? provider.refund(order) : undefined;
}

async function book(
  client: pg.PoolClient,
  { orgId, invoiceId, ref }: PaymentName,
  answer: RefundAnswer,
  occasion: Occasion,
): Promise<RefundStatus> {
  const { at, actor } = occasion;
  const status = statusOf(answer);
  await lockOrgs(client, [orgId]);
  if (status === 'succeeded') {
    const providerRef = answer.status === 'known' ? answer.refund.ref : undefined;
    await bookRefund(client, { orgId, invoiceId, ref, providerRef, at, ...actor });
    // Credit that went back may have been spent since it was ordered.
    await settleCredit(client, [orgId], occasion);
    return status;
  }
  const code = answer.status === 'known' ? answer.refund.code : answer.code;
  const changed = await note(client, { orgId, invoiceId, ref }, status, code);
  if (!changed || changed.before === status || status === 'pending') return status;
  const detail = { ref, amountMinor: changed.minor, code };
  const subject = `invoice/${invoiceId}`;
  await client.query('select append_audit($1)', [
    JSON.stringify([
      { org_id: orgId, actor_type: actor.actorType, actor: actor.actor, action: `refund.${status}`, subject, detail },
    ]),
  ]);
  return status;
}

/** How it stands, and why, where staff look. Undefined for one that stood so, or was settled before. */
async function note(
  client: pg.ClientBase,
  { orgId, invoiceId, ref }: PaymentName,
  status: RefundStatus | undefined,
  code: string | undefined,
): Promise<{ readonly before: string; readonly minor: string } | undefined> {
  const { rows } = await client.query<{ before: string; minor: string }>(
    `update refund r set status = coalesce($4, r.status), code = $5 from refund o
     where o.org_id = $1 and o.invoice_id = $2 and o.ref = $3 and (r.org_id, r.invoice_id, r.ref) = (o.org_id, o.invoice_id, o.ref)
       and r.status in ('pending', 'unknown') and (r.status, r.code) is distinct from (coalesce($4, r.status), $5::text)
     returning o.status as before, r.amount_minor as minor`,
    [orgId, invoiceId, ref, status, code],
  );
  return rows[0];
}

function statusOf(answer: RefundAnswer): RefundStatus {
  switch (answer.status) {
    case 'known':
      return answer.refund.status;
    case 'refused':
      return 'failed';
    case 'busy':
      return 'pending';
    case 'unknown':
      return 'unknown';
  }
}

interface StoredRefund {
  readonly status: RefundStatus;
  readonly at: EpochMs;
  readonly sentAt: EpochMs | undefined;
  readonly provider: string;
  readonly order: RefundOrder;
}

/** What the books have of other refunds of its payment. */
async function readOthers(db: pg.Pool, { orgId, invoiceId, ref }: PaymentName): Promise<bigint> {
  const [minor = 0n] = await inTenants(db, [orgId], (client) =>
    readRows(
      client,
      `select coalesce(sum(o.amount_minor), 0) as minor from refund r join refund o on o.org_id = r.org_id and o.invoice_id = r.invoice_id
         and o.payment_ref = r.payment_ref and o.ref <> r.ref and o.status <> 'failed'
       where r.org_id = $1 and r.invoice_id = $2 and r.ref = $3`,
      [orgId, invoiceId, ref],
      (row) => row.minor('minor'),
    ),
  );
  return minor;
}

async function readRefund(db: pg.Pool, name: PaymentName): Promise<StoredRefund | undefined> {
  const { orgId, invoiceId, ref } = name;
  const [found] = await inTenants(db, [orgId], (client) =>
    readRows(
      client,
      `select r.status, r.provider_key, r.amount_minor, r.currency, ${msOf('r.at')} as at, ${msOf('r.sent_at')} as sent_at,
          p.provider, p.provider_ref
        from refund r join payment p on p.org_id = r.org_id and p.invoice_id = r.invoice_id and p.ref = r.payment_ref
        where r.org_id = $1 and r.invoice_id = $2 and r.ref = $3 and r.provider_key is not null and p.provider is not null
          and p.provider_ref is not null`,
      [orgId, invoiceId, ref],
      (row) => ({
        status: refundStatusOf(row.text('status')),
        at: row.number('at'),
        sentAt: row.optionalNumber('sent_at'),
        provider: row.text('provider'),
        order: {
          orgId,
          invoiceId,
          key: row.text('provider_key'),
          chargeRef: row.text('provider_ref'),
          amountMinor: row.minor('amount_minor'),
          currency: row.text('currency'),
        },
      }),
    ),
  );
  return found;
}

function refundStatusOf(text: string): RefundStatus {
  return text === 'pending' || text === 'succeeded' || text === 'failed' ? text : 'unknown';
}
