import 'server-only';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { preferenceNames, StoredPreferences } from './preferences-schema.ts';
import type { Preferences } from './preferences.ts';

/** Read on the server, so that the first paint has the right theme. */
export const readPreferences = cache(async (): Promise<Preferences> => {
  const jar = await cookies();
  const read = StoredPreferences.parse(Object.fromEntries(preferenceNames.map((name) => [name, jar.get(name)?.value])));
  ofRequest().preferences = read;
  return read;
});

const ofRequest = cache((): { preferences?: Preferences } => ({}));

/** As they were read for this request; undefined until then. For what stands on a page a hundred times: each that waits is a part of its own. */
export function knownPreferences(): Preferences | undefined {
  return ofRequest().preferences;
}
