import type { PageId } from '../auth/access.ts';

export const themes = ['system', 'paper', 'dune', 'graphite', 'midnight', 'contrast'] as const;
export type Theme = (typeof themes)[number];

export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

export const clocks = ['24h', '12h'] as const;
export type ClockStyle = (typeof clocks)[number];

/** Whether an instant is printed as it is or by how long ago it was. */
export const timeStyles = ['absolute', 'relative'] as const;
export type TimeStyle = (typeof timeStyles)[number];

/** Whether shortcuts of a single letter work. */
export const letters = ['on', 'off'] as const;
export type Letters = (typeof letters)[number];

export const sidebars = ['wide', 'narrow'] as const;
export type SidebarWidth = (typeof sidebars)[number];

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
  readonly clock: ClockStyle;
  readonly times: TimeStyle;
  /** Where a sign-in leads that was not on its way to a page. */
  readonly start: PageId;
  readonly letters: Letters;
  readonly sidebar: SidebarWidth;
}
