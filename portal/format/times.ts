import { dayMs, hourMs, minuteMs, secondMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';
import type { ClockStyle } from '../preferences/preferences.ts';
import { dateFormat } from './date-format.ts';
import { nothing } from './numbers.ts';

const options = {
  /** Nov 24, 14:06:12 */
  second: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  /** Nov 24, 14:06 */
  minute: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  /** Nov 24, 2026 */
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  /** Nov 24 */
  date: { month: 'short', day: 'numeric' },
  /** Nov 2026 */
  month: { year: 'numeric', month: 'short' },
  /** 2026 */
  year: { year: 'numeric' },
  /** Nov */
  monthName: { month: 'short' },
  /** Nov 24, 2026, 14:06:12.123 */
  exact: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  },
  /** 14:06 */
  clock: { hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

type Style = keyof typeof options;

/** An instant in a zone; the zone is printed beside it by whoever shows it. */
export function formatInstant(at: EpochMs, zone: string, style: Style = 'second', clock: ClockStyle = '24h'): string {
  return dateFormat(`${zone} ${style} ${clock}`, () => ({
    timeZone: zone,
    hourCycle: clock === '12h' ? 'h12' : 'h23',
    ...options[style],
  })).format(at);
}

/** The month that a text begins with as YYYY-MM, such as "Nov 2026"; what begins otherwise stays as it is. Billing months are the organisations' own. */
export function formatMonth(text: string): string {
  const month = /^\d{4}-(?:0[1-9]|1[0-2])(?!\d)/.exec(text)?.[0];
  return month === undefined ? text : formatInstant(Date.parse(month), 'UTC', 'month');
}

/** For `<time datetime>`. */
export function isoInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** "UTC", or a zone's short name where it has one. */
export function zoneLabel(zone: string, at: EpochMs): string {
  if (zone === 'UTC') return zone;
  const part = dateFormat(`${zone} name`, () => ({ timeZone: zone, timeZoneName: 'short' }))
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  return part?.value ?? zone;
}

/** The head of a column or a bucket of times, with their zone: "Time (UTC)". */
export function zonedHead(label: string, zone: string, at: EpochMs): string {
  return `${label} (${zoneLabel(zone, at)})`;
}

/** To the millisecond, with its zone: what an instant that is shown shorter tells on hover. */
export function exactInstant(at: EpochMs, zone: string, clock: ClockStyle): string {
  return `${formatInstant(at, zone, 'exact', clock)} ${zoneLabel(zone, at)}`;
}

const agoMs = 30 * dayMs;

const units = [
  { ms: dayMs, name: 'd' },
  { ms: hourMs, name: 'h' },
  { ms: minuteMs, name: 'm' },
  { ms: secondMs, name: 's' },
] as const;

/** How long ago, or until: "12 m ago", "in 3 h"; undefined where a date says more. */
export function formatAgo(at: EpochMs, now: EpochMs): string | undefined {
  const away = Math.abs(now - at);
  if (away >= agoMs) return undefined;
  const unit = units.find(({ ms }) => away >= ms);
  if (!unit) return 'now';
  const told = `${Math.floor(away / unit.ms)} ${unit.name}`;
  return at > now ? `in ${told}` : `${told} ago`;
}

/** How long something took: "12 ms", "1.4 s", "3 m 10 s", "2 d 4 h". */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return nothing;
  const told = Math.max(0, ms);
  if (told < 1) return '<1 ms';
  if (told < secondMs) return `${Math.round(told)} ms`;
  if (told < 10 * secondMs) return `${(told / secondMs).toFixed(1)} s`;
  const [first, second] = [units.findIndex((unit) => told >= unit.ms), units.findIndex((unit) => told >= unit.ms) + 1];
  const [large, small] = [units[first], units[second]];
  if (!large) return nothing;
  const rest = small ? Math.floor((told % large.ms) / small.ms) : 0;
  return `${Math.floor(told / large.ms)} ${large.name}${small && rest > 0 ? ` ${rest} ${small.name}` : ''}`;
}
