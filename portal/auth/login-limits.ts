import type pg from 'pg';
import { minuteMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';

export const loginWindowMs = 15 * minuteMs;
export const failuresPerAccountMax = 5;
export const failuresPerAddressMax = 20;

export interface LoginSource {
  readonly email: string;
  readonly addressPrefix: string;
}

/**
 * Counts one attempt before its password is looked at, so that parallel guesses cannot slip through.
 * @returns milliseconds until another attempt is allowed; 0 when this one is
 */
export async function countLogin(db: pg.Pool, source: LoginSource, now: EpochMs): Promise<number> {
  const { rows } = await db.query(
    `insert into staff_login_bucket as b (key, window_start, count) select k, $2, 1 from unnest($1::text[]) as k order by k
     on conflict (key) do update set
       count = case when b.window_start <= $3 then 1 else b.count + 1 end,
       window_start = case when b.window_start <= $3 then excluded.window_start else b.window_start end
     returning key, window_start, count`,
    [keysOf(source), new Date(now), new Date(now - loginWindowMs)],
  );
  const waits = rows.map(({ key, window_start: since, count }) => {
    const most = key === accountKey(source) ? failuresPerAccountMax : failuresPerAddressMax;
    return count > most ? since.getTime() + loginWindowMs - now : 0;
  });
  return Math.max(0, ...waits);
}

/** A right password takes back the attempt that countLogin() counted, and forgets the account's failures. */
export async function forgiveLogin(db: pg.ClientBase, source: LoginSource, now: EpochMs): Promise<void> {
  await db.query('delete from staff_login_bucket where key = $1 or window_start <= $2', [
    accountKey(source),
    new Date(now - loginWindowMs),
  ]);
  await db.query('update staff_login_bucket set count = greatest(0, count - 1) where key = $1', [addressKey(source)]);
}

function keysOf(source: LoginSource) {
  return [accountKey(source), addressKey(source)];
}

function accountKey({ email }: LoginSource) {
  return `acct:${email}`;
}

function addressKey(source: LoginSource) {
  return `ip:${source.addressPrefix}`;
}
