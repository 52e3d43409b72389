import 'server-only';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { StoredPreferences } from './preferences-schema.ts';
import type { Preferences } from './preferences.ts';

/** Read on the server, so that the first paint has the right theme. */
export const readPreferences = cache(async (): Promise<Preferences> => {
  const jar = await cookies();
  return StoredPreferences.parse(
    Object.fromEntries(['theme', 'density', 'zone'].map((name) => [name, jar.get(name)?.value])),
  );
});
