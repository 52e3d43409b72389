import { onTestFinished } from 'vitest';
import type { Effects } from '#client/caller';
import { createClient, type ClientOptions } from '#client/client';
import type { TenantEvent } from '#client/events';
import { scriptedKey, startScriptedGateway, type Fate } from './scripted-gateway.ts';

export const event: TenantEvent = {
  type: 'lead.created',
  tenantId: 'acme',
  occurredAt: '2026-01-31T09:30:00Z',
  data: { leadId: 'L-é-😀', source: 'web' },
};

/** A gateway that does what `fates` say, and a client of it whose waits take no time. */
export async function setUp(fates: readonly Fate[], options: Partial<ClientOptions> = {}) {
  const gateway = await startScriptedGateway(fates);
  onTestFinished(() => gateway.close());
  const clock = { now: Date.now(), random: 1, slept: new Array<number>() };
  const effects: Effects = {
    now: () => clock.now,
    random: () => clock.random,
    async sleep(ms) {
      clock.slept.push(ms);
      clock.now += ms;
    },
  };
  return { gateway, clock, client: createClient({ ...scriptedKey, baseUrl: gateway.baseUrl, ...options }, effects) };
}
