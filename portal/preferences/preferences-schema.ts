import { z } from 'zod';
import { pages } from '../auth/access.ts';
import { isTimeZone, utc } from '../lists/zones.ts';
import { clocks, densities, letters, sidebars, themes, timeStyles } from './preferences.ts';
import type { Preferences } from './preferences.ts';

// Apart from the names, so that the browser's code is spared the schema.
const fields = {
  theme: z.enum(themes),
  density: z.enum(densities),
  zone: z.string().refine(isTimeZone),
  clock: z.enum(clocks),
  times: z.enum(timeStyles),
  start: z.enum(pages),
  letters: z.enum(letters),
  sidebar: z.enum(sidebars),
};

/** What the cookies say; what cannot be read is the default. */
export const StoredPreferences = z.object({
  theme: fields.theme.catch('system'),
  density: fields.density.catch('comfortable'),
  zone: fields.zone.catch(utc),
  clock: fields.clock.catch('24h'),
  times: fields.times.catch('absolute'),
  start: fields.start.catch('dashboard'),
  letters: fields.letters.catch('on'),
  sidebar: fields.sidebar.catch('wide'),
}) satisfies z.ZodType<Preferences>;

export const preferenceNames = StoredPreferences.keyof().options;

/** What a member chose; anything else is refused. */
export const ChosenPreferences = z.strictObject(fields).partial();
export type ChosenPreferences = z.output<typeof ChosenPreferences>;
