'use server';

import { cookies } from 'next/headers';
import { staffAction } from '../auth/staff-action.ts';
import { database } from '../server/database.ts';
import { keepPreferences, preferenceCookies } from './kept-preferences.ts';
import { ChosenPreferences } from './preferences-schema.ts';

/** Remembers what a member chose. Nothing of the provider's changes, so no audit entry. */
export const setPreferences = staffAction({
  name: 'preferences.set',
  input: ChosenPreferences,
  run: async (staff, chosen) => {
    await keepPreferences(database().pool, staff.id, chosen);
    const jar = await cookies();
    for (const cookie of preferenceCookies(chosen)) jar.set(cookie);
  },
});
