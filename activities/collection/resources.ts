import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import type { Providers } from '#payments/provider';
import type { NoticeChannel } from './notices/channel.ts';

/** What collection works with. */
export interface CollectionResources {
  readonly db: pg.Pool;
  readonly providers: Providers;
  /** The channels by which notices go out. */
  readonly notify: readonly NoticeChannel[];
  /** The clock: only for how long a provider's key is trusted, which no slot can know. */
  readonly now: () => EpochMs;
}

export function channelsOf({ notify }: Pick<CollectionResources, 'notify'>): string[] {
  return notify.map(({ name }) => name);
}
