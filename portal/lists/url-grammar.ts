import type { EpochMs } from '#domain/instants';
import type { Direction } from './keyset.ts';
import { splitWords } from './list-href.ts';
import { daysWindow, isPreset, presetWindow } from './windows.ts';
import type { Preset, Window } from './windows.ts';
import { isTimeZone, parseDay, writeDay } from './zones.ts';

/** What Next gives a page. */
export type RawParams = Readonly<Record<string, string | readonly string[] | undefined>>;

export const pageSizes = [25, 50, 100] as const;
export type PageSize = (typeof pageSizes)[number];
export const defaultSize = 50;
const listMax = 20;
const textMax = 320;
/** Postgres takes every character but this one. */
const storable = /^[^\0]+$/;

export interface Range {
  readonly preset: Preset | undefined;
  /** Both included, as written in the URL. */
  readonly days: { readonly from: string; readonly to: string } | undefined;
  readonly window: Window;
}

/**
 * Reads one page's URL. What it does not know is dropped and remembered, so that the page can say so: an old link is never an error.
 */
export function createReader(params: RawParams, zone: string, now: EpochMs) {
  const dropped: string[] = [];
  const single = (name: string): string | undefined => {
    const value = params[name];
    const first = typeof value === 'string' ? value : value?.[0];
    return first === '' ? undefined : first;
  };
  const drop = (name: string) => {
    if (!dropped.includes(name)) dropped.push(name);
  };
  const parsed = <T>(name: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = single(name);
    const read = value === undefined ? undefined : parse(value);
    if (value !== undefined && read === undefined) drop(name);
    return read;
  };
  return {
    dropped,
    drop,
    text: (name: string, pattern?: RegExp) =>
      parsed(name, (value) => (pattern ? matching(value, pattern) : matching(value.trim(), storable))),
    /** Comma-separated; values outside of `allowed` are dropped. */
    list: <T extends string>(name: string, allowed: (text: string) => text is T): readonly T[] => {
      const words = [...new Set(splitWords(single(name) ?? ''))];
      const known = words.filter(allowed).slice(0, listMax);
      if (known.length < words.length) drop(name);
      return known;
    },
    size: (): PageSize => parsed('size', (value) => pageSizes.find((size) => size === Number(value))) ?? defaultSize,
    sort: <K extends string>(keys: readonly K[], fallback: K): { readonly key: K; readonly direction: Direction } => {
      const word = single('sort') ?? `-${fallback}`;
      const key = keys.find((one) => one === word.replace(/^-/, ''));
      if (key === undefined) drop('sort');
      return { key: key ?? fallback, direction: key === undefined || word.startsWith('-') ? 'desc' : 'asc' };
    },
    zone: (): string => {
      const asked = single('tz');
      if (asked === undefined || isTimeZone(asked)) return asked ?? zone;
      drop('tz');
      return zone;
    },
    range: (tz: string): Range | undefined => readRange({ from: single('from'), to: single('to') }, tz, now, drop),
    /** A range of another instant than the list's own, in one parameter: a preset, a day, or `{first}_{last}`. */
    rangeOf: (name: string, tz: string): Range | undefined =>
      readRange(writtenDays(single(name)), tz, now, () => drop(name)),
    cursor: (): { readonly text: string; readonly isBefore: boolean } | undefined => {
      const after = single('after');
      const before = single('before');
      if (after !== undefined) return { text: after, isBefore: false };
      return before === undefined ? undefined : { text: before, isBefore: true };
    },
    single,
  };
}

// The lists of what waits are read for every page: schemas that are made for each reading would cost more than all else of it.
function matching(value: string, pattern: RegExp): string | undefined {
  return value.length <= textMax && pattern.test(value) ? value : undefined;
}

/** A range in one parameter: a preset, a day, or both days. */
export function rangeWord(from: string | null | undefined, to: string | null | undefined): string | undefined {
  return from && to && from !== to ? `${from}_${to}` : (from ?? to ?? undefined);
}

/** What is no day of a calendar is no range. */
function writtenDays(told = '') {
  const [from, ...rest] = told.split('_');
  return { from: from === '' ? undefined : from, to: rest.length === 0 ? undefined : rest.join('_') };
}

function readRange(
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  tz: string,
  now: EpochMs,
  drop: (name: string) => void,
): Range | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && isPreset(from)) {
    if (to !== undefined) drop('to');
    return { preset: from, days: undefined, window: presetWindow(from, now, tz) };
  }
  const last = parseDay(to ?? from ?? '');
  const first = parseDay(from ?? to ?? '');
  if (!first || !last || writeDay(first) > writeDay(last)) {
    if (from !== undefined) drop('from');
    if (to !== undefined) drop('to');
    return undefined;
  }
  return {
    preset: undefined,
    days: { from: writeDay(first), to: writeDay(last) },
    window: daysWindow(first, last, tz),
  };
}
