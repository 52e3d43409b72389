import 'server-only';
import { createKey, disableKey, enableKey, KeyChangeRefused, rotateKey } from '#prisma/federation-keys';
import type { IssuedKey, KeyScope } from '#prisma/federation-keys';
import { assertCan } from '../../auth/access.ts';
import { ActionRefused } from '../../auth/staff-action.ts';
import type { Staff } from '../../auth/session.ts';
import { keys } from '../../messages/en-keys.ts';
import { database } from '../../server/database.ts';
import { environment } from '../../server/environment.ts';
import { keyring, tellGateways } from '../../server/keyring.ts';
import { now } from '../../server/now.ts';

export interface KeyOrder {
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly expiresAt: number | undefined;
  readonly ratePerS: number;
  readonly burst: number;
}

/** What a member is shown once. */
export interface ShownSecret extends IssuedKey {
  readonly scopes: readonly string[];
  readonly gatewayUrl: string;
}

/** A key with its secret, which nothing tells again. */
export async function issueKey(staff: Staff, order: KeyOrder): Promise<ShownSecret> {
  assertCan(staff, 'federation', 'write');
  if (order.expiresAt !== undefined && order.expiresAt <= now()) throw new ActionRefused('refused', keys.expiresPast);
  const issued = await refusing(() =>
    createKey(database().pool, requireRing(), {
      ...order,
      environment: environment().APP_ENV === 'production' ? 'live' : 'dev',
      createdBy: staff.email,
      sessionId: staff.sessionId,
    }),
  );
  return shown(issued, order.scopes);
}

/** A new secret; the one before verifies for `overlapMs` longer. */
export async function renewKey(
  staff: Staff,
  { keyId, ...rotation }: { readonly keyId: string; readonly overlapMs: number; readonly versionSeen: number },
): Promise<ShownSecret & { readonly isTold: boolean }> {
  assertCan(staff, 'federation', 'write');
  const { pool, prisma } = database();
  const key = await prisma.federationKey.findUnique({ where: { id: keyId }, select: { scopes: true } });
  const { changes, isTold } = changeBy(staff);
  const issued = await refusing(() => rotateKey(pool, requireRing(), keyId, { ...changes, ...rotation }));
  return { ...shown(issued, key?.scopes ?? []), isTold: isTold() };
}

/** Whether the gateways were told: else the change holds within 30 s. */
export async function revokeKey(staff: Staff, keyId: string, reason: string): Promise<{ readonly isTold: boolean }> {
  assertCan(staff, 'federation', 'write');
  const { changes, isTold } = changeBy(staff, reason);
  await refusing(() => disableKey(database().pool, keyId, changes));
  return { isTold: isTold() };
}

export async function restoreKey(staff: Staff, keyId: string, reason: string): Promise<{ readonly isTold: boolean }> {
  assertCan(staff, 'federation', 'write');
  const { changes, isTold } = changeBy(staff, reason);
  await refusing(() => enableKey(database().pool, keyId, changes));
  return { isTold: isTold() };
}

function shown({ keyId, secret, tenantId }: IssuedKey, scopes: readonly string[]): ShownSecret {
  return { keyId, secret, tenantId, scopes, gatewayUrl: environment().GATEWAY_URL ?? '$GATEWAY_URL' };
}

function requireRing() {
  const ring = keyring();
  if (!ring) throw new ActionRefused('refused', keys.noRing);
  return ring;
}

function changeBy(staff: Staff, reason?: string) {
  const told = tellGateways();
  return {
    changes: { changedBy: staff.email, sessionId: staff.sessionId, reason, channel: told.channel },
    isTold: told.isTold,
  };
}

/** What the state of a key forbids is for the member to read. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeyChangeRefused) throw new ActionRefused('refused', error.message);
    throw error;
  }
}
