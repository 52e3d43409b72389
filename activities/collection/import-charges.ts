import type pg from 'pg';
import { mayResend } from '#domain/billing/payments';
import { dayMs, type EpochMs } from '#domain/instants';
import { orgIdPattern, providerChain } from '#domain/ids';
import { inTenants } from '#prisma/pool';
import type { PaymentProvider, ProviderCharge, ProviderRefund } from '#payments/provider';
import { instantText, msOf } from '../instant-text.ts';
import { inRange, type JobPhase } from '../jobs/job-phase.ts';
import { adoptUnbooked } from './adopt-charge.ts';
import { occasionOf, type Occasion } from './decide-book.ts';
import { importDisputes } from './import-disputes.ts';
import { importRefunds } from './import-refunds.ts';
import { orgsOf, type InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';
import { dayOf } from './standing.ts';
import { withinLock } from './within-lock.ts';

/** So much of what was listed before is listed again: a charge may become one late, and a refund may fail a month after it succeeded. */
const overlapMs = 3 * dayMs;
const refundsOverlapMs = 40 * dayMs;

/**
 * Reads each provider's list of charges, once a day. Key: (provider, ref); what is read again is written over. Where the list was read to is
 * kept in our database, so that a restored one reads from where it was.
 */
export function importPhase(resources: CollectionResources): JobPhase {
  const { db, providers, now } = resources;
  return {
    name: 'provider-list',
    setSize: 1,
    waitsForOthers: true,
    orgOf: () => providerChain,
    async due({ at, isForced }, range) {
      const marks = await readWatermarks(db);
      const isDue = (name: string) => isForced || dayOf(marks.get(name)?.matchedAt ?? -Infinity) !== dayOf(at);
      return inRange([...providers.keys()].toSorted(), range).filter(isDue);
    },
    async apply(names, slot) {
      let listed = 0;
      for (const name of names) {
        const provider = providers.get(name);
        if (provider)
          listed += await importCharges(resources, provider, { ...occasionOf(resources, slot), now: now() });
      }
      return { chargesListed: listed };
    },
  };
}

/** Disputes come after the mark: where the provider's key may not read them the charges are matched all the same. */
async function importCharges(
  resources: Pick<CollectionResources, 'db' | 'now'>,
  provider: PaymentProvider,
  { now, ...occasion }: Occasion & { readonly now: EpochMs },
): Promise<number> {
  const { db } = resources;
  const mark = (await readWatermarks(db)).get(provider.name);
  // A clock that was ahead once leaves nothing out.
  const through = mark ? Math.min(mark.through, now) : 0;
  const since = mark ? through - overlapMs : 0;
  const refundsSince = mark?.refundsSince === undefined ? 0 : through - refundsOverlapMs;
  let listed = 0;
  for await (const page of provider.chargesSince(since)) {
    await writeCharges(db, provider.name, page);
    listed += page.length;
  }
  await adoptWhatCameBack(db, await importRefunds(db, provider, { since: refundsSince }), occasion);
  await db.query(
    `insert into provider_watermark (provider, since, through, matched_at, refunds_since) values ($1, $2, $3, $4, $5)
     on conflict (provider) do update set since = excluded.since, through = excluded.through, matched_at = excluded.matched_at,
       refunds_since = excluded.refunds_since`,
    [provider.name, ...[since, now, occasion.at, refundsSince].map(instantText)],
  );
  await importDisputes(resources, provider, { since });
  return listed;
}

/** A charge that went back and the books lack, however old, is taken into them where what went back failed after all: its money is ours. */
async function adoptWhatCameBack(db: pg.Pool, refunds: readonly ProviderRefund[], occasion: Occasion) {
  const names = refunds.flatMap(({ status, chargedFor }) => (status === 'failed' && chargedFor ? [chargedFor] : []));
  const known = names.filter(({ orgId }) => orgIdPattern.test(orgId));
  if (known.length === 0) return;
  await withinLock(db, known, occasion, (book, standingOf) => {
    for (const standing of known.flatMap((name) => standingOf(name) ?? [])) adoptUnbooked(book, standing);
  });
}

/** The same with what went back of them: one that went back whole, and that the books lack, is none that they need. */
export async function writeWithRefunds(db: pg.Pool, provider: PaymentProvider, charges: readonly ProviderCharge[]) {
  await writeCharges(db, provider.name, charges);
  for (const { ref } of charges.filter(({ refundedMinor }) => refundedMinor > 0n))
    await importRefunds(db, provider, { chargeRef: ref });
}

/** Writes down what a provider says it has. What was not charged for an invoice of ours is none of our books' concern. */
export async function writeCharges(db: pg.Pool, provider: string, charges: readonly ProviderCharge[]): Promise<void> {
  const rows = charges.flatMap((charge) => {
    const { chargedFor } = charge;
    if (!chargedFor || !orgIdPattern.test(chargedFor.orgId)) return [];
    return [{ orgId: chargedFor.orgId, row: rowOf(provider, chargedFor, charge) }];
  });
  if (rows.length === 0) return;
  await inTenants(db, orgsOf(rows), (client) =>
    client.query(
      `insert into provider_charge (provider, ref, org_id, invoice_id, provider_key, amount_minor, currency, status, refunded_minor, is_disputed,
          charged_at, seen_at)
        select provider, ref, org_id, invoice_id, provider_key, amount_minor, currency, status, refunded_minor, is_disputed, charged_at,
          clock_timestamp()
        from json_populate_recordset(null::provider_charge, $1) order by provider, ref
        on conflict (provider, ref) do update set amount_minor = excluded.amount_minor, status = excluded.status,
          refunded_minor = excluded.refunded_minor, is_disputed = excluded.is_disputed, seen_at = excluded.seen_at`,
      [JSON.stringify(rows.map(({ row }) => row))],
    ),
  );
}

/** Charges of invoices that were on their way when they were read last are read again. Where the provider does not answer they are as they were. */
export async function readOnTheirWay(
  { db, providers }: Pick<CollectionResources, 'db' | 'providers'>,
  names: readonly InvoiceName[],
): Promise<void> {
  const found = await inTenants(db, orgsOf(names), (client) =>
    readRows(
      client,
      `select c.provider, c.ref from unnest($1::text[], $2::text[]) as w (org_id, invoice_id)
         join provider_charge c on c.org_id = w.org_id and c.invoice_id = w.invoice_id and c.status = 'unknown'`,
      [names.map(({ orgId }) => orgId), names.map(({ invoiceId }) => invoiceId)],
      (row) => ({ name: row.text('provider'), ref: row.text('ref') }),
    ),
  );
  for (const { name, ref } of found) {
    const provider = providers.get(name);
    const charge = await provider?.read(ref).catch(() => undefined);
    if (provider && charge) await writeWithRefunds(db, provider, [charge]);
  }
}

function rowOf(provider: string, { orgId, invoiceId }: { orgId: string; invoiceId: string }, charge: ProviderCharge) {
  return {
    provider,
    ref: charge.ref,
    org_id: orgId,
    invoice_id: invoiceId,
    provider_key: charge.key,
    amount_minor: String(charge.amountMinor),
    currency: charge.currency,
    status: charge.outcome.status,
    refunded_minor: String(charge.refundedMinor),
    is_disputed: charge.isDisputed,
    charged_at: instantText(charge.chargedAt),
  };
}

/** Providers whose list was read so lately that whatever it may lack was sent under a key that they still know. */
export async function listedLately({ db, now }: Pick<CollectionResources, 'db' | 'now'>): Promise<ReadonlySet<string>> {
  const marks = await readWatermarks(db);
  const at = now();
  const isLately = (through: EpochMs) => through <= at && mayResend({ startedAt: through }, at);
  return new Set([...marks].flatMap(([name, { through }]) => (isLately(through) ? [name] : [])));
}

async function readWatermarks(db: pg.Pool) {
  const rows = await readRows(
    db,
    `select provider, ${msOf('through')} as through, ${msOf('matched_at')} as matched_at, ${msOf('refunds_since')} as refunds_since
     from provider_watermark`,
    [],
    (row) => ({
      provider: row.text('provider'),
      through: row.number('through'),
      matchedAt: row.number('matched_at'),
      refundsSince: row.optionalNumber('refunds_since'),
    }),
  );
  return new Map(rows.map((row) => [row.provider, row]));
}
