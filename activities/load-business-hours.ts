import type pg from 'pg';
import { hoursLockKey, parseBusinessHours, type BusinessHours } from '#domain/billing/business-hours';
import { lockKeys } from '#prisma/lock-keys';
import type { StoredEvent } from './load-events.ts';

/**
 * The business hours of those orgs whose incidents are judged. They stand still until the transaction ends: who changes an org's hours waits
 * for it, and then finds what it wrote.
 */
export async function holdBusinessHours(
  client: pg.ClientBase,
  pending: readonly StoredEvent[],
): Promise<ReadonlyMap<string, BusinessHours>> {
  const orgs = orgsOf(pending);
  if (orgs.length === 0) return new Map();
  await lockKeys(client, orgs.map(hoursLockKey), 'shared');
  return loadBusinessHours(client, pending);
}

/** The same for whoever holds the orgs' lock, which keeps them as they are too. */
export async function loadBusinessHours(
  client: pg.ClientBase,
  pending: readonly StoredEvent[],
): Promise<ReadonlyMap<string, BusinessHours>> {
  const orgs = orgsOf(pending);
  if (orgs.length === 0) return new Map();
  const { rows } = await client.query<{ org_id: string; business_hours: unknown }>({
    name: 'load-business-hours',
    text: 'select org_id, business_hours from org_billing where org_id = any ($1) and business_hours is not null',
    values: [orgs],
  });
  return new Map(
    rows.flatMap(({ org_id: org, business_hours: told }) => {
      const read = parseBusinessHours(told);
      return read.ok ? [[org, read.value] as const] : [];
    }),
  );
}

function orgsOf(pending: readonly StoredEvent[]): readonly string[] {
  return [...new Set(pending.filter(({ entity }) => entity?.kind === 'incident').map(({ orgId }) => orgId))];
}
