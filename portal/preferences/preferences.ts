import { z } from 'zod';
import { isTimeZone, utc } from '../lists/zones.ts';

export const themes = ['system', 'paper', 'dune', 'graphite', 'midnight', 'contrast'] as const;
export type Theme = (typeof themes)[number];

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

/** The zones offered in the menu; a cookie may name any. */
export const offeredZones = [
  'UTC',
  'Europe/London',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Tokyo',
] as const;

/** Each preference is a cookie of its name. */
export const Preferences = z.object({
  theme: z.enum(themes).catch('system'),
  density: z.enum(densities).catch('comfortable'),
  zone: z.string().refine(isTimeZone).catch(utc),
});

export type Preferences = z.infer<typeof Preferences>;
