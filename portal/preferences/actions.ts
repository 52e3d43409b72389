'use server';

import { cookies } from 'next/headers';
import { staffAction } from '../auth/staff-action.ts';
import { database } from '../server/database.ts';
import { keepPreferences, preferenceCookies } from './kept-preferences.ts';
import { ChosenPreferences } from './preferences-schema.ts';

/** Remembers what a member chose. */
export const setPreferences = staffAction({
  name: 'preferences.set',
  input: ChosenPreferences,
  run: async (staff, chosen) => {
    await keepPreferences(database().pool, staff, chosen);
    const jar = await cookies();
    for (const cookie of preferenceCookies(chosen)) jar.set(cookie);
  },
});
