import type { IncomingMessage } from 'node:http';
import type { EpochMs } from '#domain/instants';
import type { Committer } from './accept/committer.ts';
import type { EventState } from './accept/event-state.ts';
import type { Problems } from './answers/problems.ts';
import type { Report } from './answers/report.ts';
import type { Engine } from './engine.ts';
import type { KeyCache } from './keys/key-cache.ts';
import type { LastUsed } from './keys/last-used.ts';
import type { StoreWatch } from './keys/store-watch.ts';
import type { AddressBuckets } from './limits/address-buckets.ts';
import type { Overload } from './limits/overload.ts';
import type { StopSignal } from './limits/stop-signal.ts';
import type { TenantTurns } from './limits/tenant-turns.ts';
import type { Admissions } from './redis/admissions.ts';
import type { BodyMemory } from './request/read-body.ts';

/** What the routes and guards work with. Made once by createApp; nothing in it is a request's. */
export interface Gateway {
  readonly now: () => EpochMs;
  readonly nextRequestId: () => string;
  readonly prefixOf: (incoming: IncomingMessage) => string;
  readonly keys: KeyCache;
  readonly keyStore: StoreWatch;
  readonly noteKeyUsed: LastUsed['note'];
  readonly admissions: Admissions;
  readonly committer: Committer;
  readonly readState: (tenantId: string, eventId: string) => Promise<EventState | undefined | 'away'>;
  readonly engine: Engine;
  readonly addresses: AddressBuckets;
  readonly overload: Overload;
  readonly bodyMemory: BodyMemory;
  readonly turns: TenantTurns;
  readonly problems: Problems;
  readonly report: Report;
  readonly stop: StopSignal;
}
