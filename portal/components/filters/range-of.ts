import { formatInstant } from '../../format/times.ts';
import type { Range } from '../../lists/url-grammar.ts';
import { presets, presetWindow } from '../../lists/windows.ts';
import { messages } from '../../messages/en.ts';
import type { RangeFilterProps } from './range-filter.tsx';

/** The range filter of a list: presets with their real dates, and what is set. */
export function rangeOf(
  range: Range | undefined,
  zone: string,
  at: number,
  label: string = messages.lists.date,
): Omit<RangeFilterProps, 'onChange'> {
  return {
    label,
    presets: presets.map((value) => ({
      value,
      label: messages.presets[value],
      dates: datesOf(presetWindow(value, at, zone), zone),
    })),
    from: range?.preset ?? range?.days?.from,
    to: range?.days?.to,
    value: range && rangeText(range),
  };
}

function rangeText({ preset, days }: Range) {
  if (preset) return messages.presets[preset];
  return days && (days.from === days.to ? days.from : `${days.from} – ${days.to}`);
}

function datesOf({ from, to }: { readonly from: number; readonly to: number }, zone: string) {
  const shorten = (at: number) => formatInstant(at, zone, 'day').replace(/, \d{4}$/, '');
  const [first, last] = [shorten(from), shorten(to - 1)];
  return first === last ? first : `${first} – ${last}`;
}
