import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { minuteMs } from '#domain/instants';
import { isUnsettled } from '#domain/billing/payments';
import type { ProviderCharge } from '#payments/provider';
import { instantText } from '../instant-text.ts';
import type { JobPhase } from '../jobs/job-phase.ts';
import { adoptCharge } from './adopt-charge.ts';
import { note, type Book } from './book.ts';
import { writeCharges } from './import-charges.ts';
import type { CollectionResources } from './resources.ts';
import { settleAttempt } from './settle-attempts.ts';
import type { Standing } from './standing.ts';
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
  const charge = event.objectRef === undefined ? undefined : await providers.get(name.provider)?.read(event.objectRef);
  if (charge?.chargedFor) {
    await writeCharges(db, name.provider, [charge]);
    await take(resources, name, charge, charge.chargedFor);
  }
  await db.query(
    'update provider_event set handled_at = clock_timestamp() where provider = $1 and id = $2 and handled_at is null',
    [name.provider, name.id],
  );
}

async function take(
  { db, notify }: CollectionResources,
  { provider, id }: ProviderEventName,
  charge: ProviderCharge,
  invoice: { readonly orgId: string; readonly invoiceId: string },
) {
  const occasion = {
    at: charge.chargedAt,
    actor: { actorType: 'payment_provider', actor: `provider-event:${provider}:${id}` },
    channels: notify.map((channel) => channel.name),
  } as const;
  await withinLock(db, [invoice], occasion, (book, standingOf) => {
    const standing = standingOf(invoice);
    if (standing) decide(book, standing, provider, charge);
  });
}

/** A charge that failed settles only the attempt that it is of. */
function decide(book: Book, standing: Standing, provider: string, charge: ProviderCharge) {
  if (charge.isDisputed) note(book, standing, 'payment.disputed', { providerRef: charge.ref }, 'rejected');
  if (charge.outcome.status === 'succeeded') {
    adoptCharge(book, standing, { ...charge, provider });
    return;
  }
  const attempt = standing.attempts.find(({ key }) => key === charge.key);
  if (attempt && isUnsettled(attempt) && charge.outcome.status === 'failed')
    settleAttempt(book, standing, attempt.ref, { status: 'known', charge });
}

async function readEvent(db: pg.Pool, { provider, id }: ProviderEventName) {
  const { rows } = await db.query<{ object_ref: string | null; is_handled: boolean }>(
    'select object_ref, handled_at is not null as is_handled from provider_event where provider = $1 and id = $2',
    [provider, id],
  );
  const [row] = rows;
  return row && { objectRef: row.object_ref ?? undefined, isHandled: row.is_handled };
}
