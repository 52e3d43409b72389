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

/** Each is a cookie of its name. */
export interface Preferences {
  readonly theme: Theme;
  readonly density: Density;
  readonly zone: string;
}
