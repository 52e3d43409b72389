import type pg from 'pg';
import { dayMs } from '#domain/instants';
import { ChosenPreferences } from './preferences-schema.ts';

const keptS = (365 * dayMs) / 1_000;

/** Keeps what a member chose, for the next browser they sign in with. */
export async function keepPreferences(db: pg.Pool, staffId: string, chosen: ChosenPreferences): Promise<void> {
  await db.query('update staff_member set preferences = preferences || $2 where id = $1', [
    staffId,
    JSON.stringify(chosen),
  ]);
}

/** What a member chose in whatever browser; nothing where it cannot be read any more. */
export async function keptPreferences(db: pg.Pool, staffId: string): Promise<ChosenPreferences> {
  const { rows } = await db.query('select preferences from staff_member where id = $1', [staffId]);
  const kept = ChosenPreferences.safeParse(rows[0]?.preferences);
  return kept.success ? kept.data : {};
}

/** One cookie per choice. */
export function preferenceCookies(chosen: ChosenPreferences) {
  return Object.entries(chosen).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, path: '/', httpOnly: true, sameSite: 'lax', maxAge: keptS } as const],
  );
}
