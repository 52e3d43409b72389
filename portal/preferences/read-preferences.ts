import 'server-only';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { preferenceNames, StoredPreferences } from './preferences-schema.ts';
import type { Preferences } from './preferences.ts';

/** Read on the server, so that the first paint has the right theme. */
export const readPreferences = cache(async (): Promise<Preferences> => {
  const jar = await cookies();
  return StoredPreferences.parse(Object.fromEntries(preferenceNames.map((name) => [name, jar.get(name)?.value])));
});
