import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { EpochMs } from '#domain/instants';
import type { GatewayConfig } from './config.ts';
import { leaseMs, nonceTtlMs } from './redis/admit.ts';

const commitMs = 5_000;
const waitMs = 10_000;
const timestampWindowMs = 600_000;
const clockApartSMax = 30;

/** Why this process must not serve in production; empty when it may. */
export function settingsFindings(config: GatewayConfig): string[] {
  const findings: string[] = [];
  if (!config.isTrustedProxiesSet) findings.push('TRUSTED_PROXIES is not set; "none" when no proxy stands in front');
  if (config.keepAliveTimeoutMs <= config.balancerIdleMs) {
    findings.push('KEEP_ALIVE_TIMEOUT_MS must be over BALANCER_IDLE_MS, or the balancer meets closed connections');
  }
  if (nonceTtlMs < timestampWindowMs) findings.push('a nonce is forgotten while its timestamp is still taken');
  if (leaseMs < waitMs + commitMs) findings.push('a hold on an idempotency key ends before its request may');
  return findings;
}

/** An evicted nonce is an accepted replay. Read from INFO: the user that the gateway is may not use CONFIG. */
export async function redisFinding(redis: Pick<Redis, 'info'>): Promise<string | undefined> {
  const info = await redis.info('memory');
  const policy = /^maxmemory_policy:(.*)$/m.exec(info)?.[1]?.trim();
  return policy === 'noeviction' ? undefined : `Redis has maxmemory-policy ${policy ?? 'unknown'}, not noeviction`;
}

/** Redis's clock tells what is skewed, so that ours decides nothing: where they are apart, one of the machines needs a look. */
export async function clockFinding(redis: Pick<Redis, 'time'>, now: EpochMs): Promise<string | undefined> {
  const [seconds] = await redis.time();
  const apartS = Math.round(Math.abs(now / 1_000 - Number(seconds)));
  return apartS > clockApartSMax ? `the clocks of this machine and of Redis are ${apartS} s apart` : undefined;
}

/** A commit that is not on disk is no acceptance. */
export async function durabilityFinding(db: pg.Pool): Promise<string | undefined> {
  const { rows } = await db.query<{ synchronous_commit: string }>('show synchronous_commit');
  const setting = rows[0]?.synchronous_commit;
  return setting === 'off' ? 'Postgres has synchronous_commit off: what it confirms can be lost' : undefined;
}
