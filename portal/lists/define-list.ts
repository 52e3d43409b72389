import { orgIdPattern } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { decodeCursor } from './cursor.ts';
import type { Cursor, CursorScope } from './cursor.ts';
import type { Direction } from './keyset.ts';
import { joinWords } from './list-href.ts';
import { createReader, defaultSize, rangeWord } from './url-grammar.ts';
import type { PageSize, Range, RawParams } from './url-grammar.ts';

/** One list's URL, read: what it is filtered by, in which order, and where in it. */
export interface ListQuery<F> {
  readonly filters: F;
  readonly range: Range | undefined;
  readonly zone: string;
  readonly direction: Direction;
  readonly size: PageSize;
  readonly cursor: Cursor | undefined;
  readonly isBefore: boolean;
  /** Names of parameters that were not understood. */
  readonly dropped: readonly string[];
  /** The parameters that make this query again, without its page and open row. */
  readonly params: string;
  readonly scope: CursorScope;
  readonly hasFilters: boolean;
}

/** Reads filters and remembers them as they are written. */
export interface FilterReader {
  text(name: string, pattern?: RegExp): string | undefined;
  list<T extends string>(name: string, allowed: (text: string) => text is T): readonly T[];
  range(name: string): Range | undefined;
}

export interface ListDefinition<F> {
  readonly sortKey: string;
  parse(params: RawParams, told: { readonly zone: string; readonly now: EpochMs }): ListQuery<F>;
}

/** The one reader of a list's URL: list, figures and export mean the same rows. A cursor belongs to one sort and one set of filters. */
export function defineList<F>(sortKey: string, filtersOf: (read: FilterReader) => F): ListDefinition<F> {
  return {
    sortKey,
    parse: (params, told) => {
      const read = createReader(params, told.zone, told.now);
      const zone = read.zone();
      const written = new Map<string, string>();
      const filters = filtersOf(writtenTo(written, read, zone));
      const hasTexts = written.size > 0;
      const range = read.range(zone);
      const { direction } = read.sort([sortKey], sortKey);
      const size = read.size();
      // A rolling window moves with the clock, so its word stands for it.
      const rangeWords = { from: range?.preset ?? range?.days?.from, to: range?.days?.to };
      const order = { tz: zone === told.zone ? undefined : zone, sort: direction === 'asc' ? sortKey : undefined };
      const scope = [...written, rangeWords.from, rangeWords.to, zone, direction];
      const place = read.cursor();
      const cursor = place && decodeCursor(place.text, scope);
      if (place && !cursor) read.drop(place.isBefore ? 'before' : 'after');
      for (const [name, value] of Object.entries({ ...rangeWords, ...order, size: sizeWord(size) }))
        if (value !== undefined) written.set(name, value);
      return {
        filters,
        range,
        zone,
        direction,
        size,
        cursor,
        isBefore: cursor !== undefined && place?.isBefore === true,
        dropped: read.dropped,
        params: new URLSearchParams([...written]).toString(),
        scope,
        hasFilters: hasTexts || range !== undefined,
      };
    },
  };
}

/** The words of a list, as a guard. */
export function oneOf<T extends string>(words: readonly T[]): (text: string) => text is T {
  return (text): text is T => words.some((word) => word === text);
}

export function isOrgId(text: string): text is string {
  return orgIdPattern.test(text);
}

/** Text that a tenant chose freely, such as a plan or a source: at most 128 characters, each of two units at most. */
export function isFreeWord(text: string): text is string {
  return text.length <= freeWordMax && !text.includes('\0');
}

const freeWordMax = 256;

function writtenTo(written: Map<string, string>, read: ReturnType<typeof createReader>, zone: string): FilterReader {
  return {
    text: (name, pattern) => {
      const value = read.text(name, pattern);
      if (value !== undefined) written.set(name, value);
      return value;
    },
    list: (name, allowed) => {
      const values = read.list(name, allowed);
      if (values.length > 0) written.set(name, joinWords(values));
      return values;
    },
    range: (name) => {
      const range = read.rangeOf(name, zone);
      const word = range && (range.preset ?? rangeWord(range.days?.from, range.days?.to));
      if (word !== undefined) written.set(name, word);
      return range;
    },
  };
}

function sizeWord(size: PageSize) {
  return size === defaultSize ? undefined : String(size);
}
