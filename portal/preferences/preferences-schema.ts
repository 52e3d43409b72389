import { z } from 'zod';
import { isTimeZone, utc } from '../lists/zones.ts';
import { densities, themes } from './preferences.ts';
import type { Preferences } from './preferences.ts';

// Apart from the names, so that the browser's code is spared the schema.
const fields = { theme: z.enum(themes), density: z.enum(densities), zone: z.string().refine(isTimeZone) };

/** What the cookies say; what cannot be read is the default. */
export const StoredPreferences = z.object({
  theme: fields.theme.catch('system'),
  density: fields.density.catch('comfortable'),
  zone: fields.zone.catch(utc),
}) satisfies z.ZodType<Preferences>;

/** What a member chose; anything else is refused. */
export const ChosenPreferences = z.strictObject(fields).partial();
