import { locale } from './numbers.ts';

const keptMax = 500;
const made = new Map<string, Intl.DateTimeFormat>();

/** Kept by its name, since making one takes as long as a hundred uses of it: a page of instants in another zone than UTC would make hundreds. */
export function dateFormat(name: string, optionsOf: () => Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = made.get(name);
  if (known) return known;
  const format = new Intl.DateTimeFormat(locale, optionsOf());
  if (made.size >= keptMax) made.clear();
  made.set(name, format);
  return format;
}
