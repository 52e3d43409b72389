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

/** What a deployment can reach: the channels by which notices go out, and the payment providers; all of these where it does not say. */
export interface Reach {
  readonly channels: readonly string[];
  readonly providers?: Pick<ReadonlySet<string>, 'has'>;
}

export function reachOf({ notify, providers }: Pick<CollectionResources, 'notify' | 'providers'>): Reach {
  return { channels: notify.map(({ name }) => name), providers };
}
