import type { EventData, EventType, TenantEvent, UsageData } from '#client/events';
import type { EpochMs } from '#domain/instants';

/** One thing that a tenant tells, and when. The key is the request's own: told again it changes nothing. */
export interface Moment {
  readonly at: EpochMs;
  readonly orgId: string;
  readonly key: string;
  readonly told: { readonly event: TenantEvent } | { readonly usage: readonly UsageData[] };
}

/** What an event says, before it has a tenant and a time. */
export type Saying = { [T in EventType]: { readonly type: T; readonly data: EventData[T] } }[EventType];

export function momentOf(orgId: string, at: EpochMs, key: string, saying: Saying): Moment {
  const event: TenantEvent = { ...saying, tenantId: orgId, occurredAt: new Date(at).toISOString() };
  return { at, orgId, key: `demo:${key}`, told: { event } };
}

export function usageMoment(orgId: string, at: EpochMs, key: string, usage: readonly UsageData[]): Moment {
  return { at, orgId, key: `demo:${key}`, told: { usage } };
}
