'use server';

import { cookies } from 'next/headers';
import { dayMs } from '#domain/instants';
import { staffAction } from '../auth/staff-action.ts';
import { ChosenPreferences } from './preferences-schema.ts';

const keptS = (365 * dayMs) / 1_000;

/** Remembers what a member chose. Only cookies change: nothing of the provider's, so no audit entry. */
export const setPreferences = staffAction({
  name: 'preferences.set',
  input: ChosenPreferences,
  run: async (_staff, chosen) => {
    const jar = await cookies();
    for (const [name, value] of Object.entries(chosen)) {
      if (value !== undefined) jar.set({ name, value, path: '/', httpOnly: true, sameSite: 'lax', maxAge: keptS });
    }
  },
});
