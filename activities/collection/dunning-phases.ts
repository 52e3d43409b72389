import type pg from 'pg';
import type { Providers } from '#payments/provider';
import type { JobPhase } from '../jobs/job-phase.ts';
import { askingPhase, collectionPhase } from './collect.ts';
import { expiryPhase } from './expire-cases.ts';
import { importPhase } from './import-charges.ts';
import { matchPhase } from './match-charges.ts';
import type { NoticeChannel } from './notices/channel.ts';
import { providerEventsPhase } from './provider-event.ts';
import type { CollectionResources } from './resources.ts';
import { noticesPhase } from './send-notices.ts';
import { disputesPhase } from './settle-disputes.ts';
import { refundsPhase } from './settle-refund.ts';

/**
 * The dunning tick, in the order in which one thing tells the next: what is unknown is asked for, then the provider's list is matched, then
 * what is due is collected, cases that are over end, and notices go out.
 */
export function dunningPhases(
  db: pg.Pool,
  providers: Providers,
  notify: readonly NoticeChannel[],
  now: () => number = Date.now,
): JobPhase[] {
  const resources: CollectionResources = { db, providers, notify, now };
  return [
    providerEventsPhase(resources),
    askingPhase(resources),
    refundsPhase(resources),
    importPhase(resources),
    disputesPhase(resources),
    matchPhase(resources),
    collectionPhase(resources),
    expiryPhase(resources),
    noticesPhase(resources),
  ];
}
