import type pg from 'pg';
import { minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';

export const loginWindowMs = 15 * minuteMs;
export const failuresPerAccountMax = 5;
export const failuresPerAddressMax = 20;
export const failuresPerSecondStepMax = 5;
/** Asking costs a row that nobody signed in has paid for. */
const passkeyQuestionsPerAddressMax = 100;

/** What is counted, and how often it may be tried within the window. */
export interface Bucket {
  readonly key: string;
  readonly max: number;
}

export interface LoginSource {
  readonly email: string;
  readonly addressPrefix: string;
}

/** The address first: one that may not try any more counts against nobody's account. */
export function loginBuckets({ email, addressPrefix }: LoginSource): readonly [Bucket, Bucket] {
  return [addressBucket(addressPrefix), { key: `acct:${email}`, max: failuresPerAccountMax }];
}

export function addressBucket(addressPrefix: string): Bucket {
  return { key: `ip:${addressPrefix}`, max: failuresPerAddressMax };
}

/** Codes of a second step. The first factor does not touch it: a stolen password buys no more guesses. */
export function secondStepBucket(staffId: string): Bucket {
  return { key: `totp:${staffId}`, max: failuresPerSecondStepMax };
}

export function passkeyBucket(addressPrefix: string): Bucket {
  return { key: `passkey:${addressPrefix}`, max: passkeyQuestionsPerAddressMax };
}

/**
 * Counts one attempt before its secret is looked at, so that parallel guesses cannot slip through. Where a bucket is full, those after it are
 * not counted.
 * @returns milliseconds until another attempt is allowed; 0 when this one is
 */
export async function countAttempt(db: pg.Pool, buckets: readonly Bucket[], now: EpochMs): Promise<number> {
  for (const { key, max } of buckets) {
    const { rows } = await db.query(
      `insert into staff_login_bucket as b (key, window_start, count) values ($1, $2, 1)
       on conflict (key) do update set
         count = case when b.window_start <= $3 then 1 else b.count + 1 end,
         window_start = case when b.window_start <= $3 then excluded.window_start else b.window_start end
       returning window_start, count`,
      [key, new Date(now), new Date(now - loginWindowMs)],
    );
    const [{ window_start: since, count }] = rows;
    if (count > max) return since.getTime() + loginWindowMs - now;
  }
  return 0;
}

/** A right password takes back the attempt that was counted, and forgets the account's failures. */
export async function forgiveLogin(db: pg.ClientBase, source: LoginSource, now: EpochMs): Promise<void> {
  const [address, account] = loginBuckets(source);
  await forgive(db, account, now);
  await giveBack(db, address);
}

/** Takes back the attempt that was counted, since it was right. */
export async function giveBack(db: pg.ClientBase, { key }: Bucket): Promise<void> {
  await db.query('update staff_login_bucket set count = greatest(0, count - 1) where key = $1', [key]);
}

/** Forgets a bucket, and with it all whose window is over. */
export async function forgive(db: pg.ClientBase, bucket: Bucket, now: EpochMs): Promise<void> {
  await db.query('delete from staff_login_bucket where key = $1 or window_start <= $2', [
    bucket.key,
    new Date(now - loginWindowMs),
  ]);
}
