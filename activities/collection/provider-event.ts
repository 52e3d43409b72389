import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { minuteMs, type EpochMs } from '#domain/instants';
import { isUnsettled } from '#domain/billing/payments';
import { inTenants } from '#prisma/pool';
import type { ProviderCharge } from '#payments/provider';
import { instantText, msOf } from '../instant-text.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { adoptCharge } from './adopt-charge.ts';
import type { Book } from './book.ts';
import { writeCharges } from './import-charges.ts';
import { importDisputes } from './import-disputes.ts';
import { importRefunds } from './import-refunds.ts';
import type { Actor, InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { readRows } from './rows.ts';
import { settleAttempt } from './settle-attempts.ts';
import { settleDisputes } from './settle-disputes.ts';
import type { Standing } from './standing.ts';
import { takeBackRefunds } from './take-back-refunds.ts';
import { withinLock } from './within-lock.ts';

export interface ProviderEventName {
  readonly provider: string;
  readonly id: string;
}

const eventsAtOnce = 20;

/** What was told while the engine was away. Key: the event's row, which is handled once. */
export function providerEventsPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'provider-events',
    setSize: 1,
    pageSize: eventsAtOnce,
    waitsForOthers: true,
    orgOf: () => providerChain,
    async due({ at }, range) {
      const { rows } = await resources.db.query<{ id: string }>(
        `select id from (select provider || ':' || id as id from provider_event where handled_at is null and received_at < $1) e
         where ($2::text is null or id collate "C" > $2) and ($3::text is null or id collate "C" <= $3) order by id collate "C"`,
        [instantText(at - 2 * minuteMs), range?.after, range?.until],
      );
      return rows.map(({ id }) => id);
    },
    async apply(ids) {
      for (const id of ids) {
        const [provider = '', ...rest] = id.split(':');
        await handleProviderEvent(resources, { provider, id: rest.join(':') });
      }
      return { providerEvents: ids.length };
    },
  };
}

/**
 * Handles what a provider told: the object is asked for as it is now, so that neither the order of events nor what stands in them counts.
 * Key: the event's row; and, whichever event brings it, the charge settles its attempt once.
 */
export async function handleProviderEvent(resources: CollectionResources, name: ProviderEventName): Promise<void> {
  const { db, providers } = resources;
  const event = await readEvent(db, name);
  if (!event || event.isHandled) return;
  const provider = providers.get(name.provider);
  // Nobody can be asked about it here: it waits until somebody can.
  if (!provider) return;
  const charge = event.objectRef === undefined ? undefined : await provider.read(event.objectRef);
  if (charge?.chargedFor) {
    const { orgId } = charge.chargedFor;
    await writeCharges(db, name.provider, [charge]);
    // A charge that the books lack is taken unless it went back whole.
    if (event.isOfRefund || charge.refundedMinor > 0n) await importRefunds(db, provider, { chargeRef: charge.ref });
    await take(resources, name, charge, charge.chargedFor);
    if (event.isOfRefund)
      await inTenants(db, [orgId], (client) =>
        takeBackRefunds(client, [orgId], { at: event.at, actor: actorOf(name) }),
      );
  }
  if (charge && (charge.isDisputed || event.isOfDispute))
    await takeDisputes(resources, name, await importDisputes(resources, provider, { chargeRef: charge.ref }), event.at);
  await db.query(
    'update provider_event set handled_at = clock_timestamp() where provider = $1 and id = $2 and handled_at is null',
    [name.provider, name.id],
  );
}

async function take(
  { db, notify }: CollectionResources,
  name: ProviderEventName,
  charge: ProviderCharge,
  invoice: { readonly orgId: string; readonly invoiceId: string },
) {
  const channels = notify.map((channel) => channel.name);
  const occasion = { at: charge.chargedAt, actor: actorOf(name), channels };
  await withinLock(db, [invoice], occasion, (book, standingOf) => {
    const standing = standingOf(invoice);
    if (standing) decide(book, standing, name.provider, charge);
  });
}

/** Dated by when it was told: a provider does not say when a dispute ended. */
async function takeDisputes(
  { db }: CollectionResources,
  name: ProviderEventName,
  invoices: readonly InvoiceName[],
  at: EpochMs,
) {
  if (invoices.length === 0) return;
  await withinLock(db, invoices, { at, actor: actorOf(name), channels: [] }, (book, standingOf) => {
    for (const standing of invoices.flatMap((one) => standingOf(one) ?? [])) settleDisputes(book, standing);
  });
}

function actorOf({ provider, id }: ProviderEventName): Actor {
  return { actorType: 'payment_provider', actor: `provider-event:${provider}:${id}` };
}

/** A charge that failed settles only the attempt that it is of. */
function decide(book: Book, standing: Standing, provider: string, charge: ProviderCharge) {
  if (charge.outcome.status === 'succeeded') {
    adoptCharge(book, standing, { ...charge, provider });
    return;
  }
  const attempt = standing.attempts.find(({ key }) => key === charge.key);
  if (attempt && isUnsettled(attempt) && charge.outcome.status === 'failed')
    settleAttempt(book, standing, attempt.ref, { status: 'known', charge });
}

async function readEvent(db: pg.Pool, { provider, id }: ProviderEventName) {
  const [event] = await readRows(
    db,
    `select object_ref, type like 'charge.dispute.%' as is_of_dispute, type like '%refund%' as is_of_refund,
       handled_at is not null as is_handled, ${msOf('received_at')} as at
     from provider_event where provider = $1 and id = $2`,
    [provider, id],
    (row) => ({
      objectRef: row.optionalText('object_ref'),
      isOfDispute: row.isSet('is_of_dispute'),
      isOfRefund: row.isSet('is_of_refund'),
      isHandled: row.isSet('is_handled'),
      at: row.number('at'),
    }),
  );
  return event;
}
