import type { ToldCell } from './cell.ts';

/** A column as it is given, and what the longest of its cells takes: undefined where that is not known. */
export interface WantedWidth {
  readonly width: number;
  readonly needs: number | undefined;
}

const cellPadding = 24;
/** What is longer is cut all the same. */
const needsMax = 240;
/** The beginning of an id tells it from others. */
const codeShown = 20;
/** As wide as what a badge has around its word. */
const dot = '····';

/**
 * Room that columns do not need goes to those that would cut what they say, as far as it reaches. The sum stays what it was: the browser
 * stretches all of them alike to `total`, where it has as much. Whoever gives keeps enough where it has not.
 */
export function shareWidths(columns: readonly WantedWidth[], total: number): readonly number[] {
  const stretch = Math.max(1, total / sumOf(columns.map(({ width }) => width)));
  const lacks = columns.map(({ width, needs = 0 }) => Math.max(0, needs / stretch - width));
  const spares = columns.map(({ width, needs = width }) => Math.max(0, width - needs));
  const [lacking, sparing] = [sumOf(lacks), sumOf(spares)];
  const moved = Math.min(lacking, sparing);
  if (moved === 0) return columns.map(({ width }) => width);
  return columns.map(({ width }, at) =>
    Math.floor(width + (moved * (lacks[at] ?? 0)) / lacking - (moved * (spares[at] ?? 0)) / sparing),
  );
}

/** What a column takes to show its head and all of these cells whole. */
export function neededWidth(head: string, cells: readonly ToldCell[]): number | undefined {
  const texts = [head, ...cells.map(textOf)];
  const known = texts.filter((text) => text !== undefined);
  return known.length < texts.length
    ? undefined
    : Math.min(needsMax, Math.ceil(Math.max(...known.map(textWidth)) + cellPadding));
}

function textOf(cell: ToldCell): string | undefined {
  if (cell === undefined || cell === null) return '–';
  if (typeof cell !== 'object') return String(cell);
  if ('at' in cell) return longest(cell.says, cell.ago ?? '');
  if ('tone' in cell) return `${cell.label}${dot}`;
  if ('text' in cell) return cell.text;
  if ('code' in cell) return cell.code.slice(0, codeShown);
  if ('faint' in cell) return cell.faint;
  if ('row' in cell) return textOf(cell.row);
  if ('under' in cell) return longest(textOf(cell.over) ?? '', cell.under);
  if ('filter' in cell) return textOf(cell.says);
  if ('several' in cell) {
    const texts = cell.several.map(textOf);
    return texts.includes(undefined) ? undefined : texts.join(' ');
  }
  return undefined;
}

const sizes = [
  { of: /[\u2E80-\uFFFF]/gu, width: 13 },
  { of: /[A-Zmw\d]/g, width: 9 },
] as const;
const usualSize = 7.25;

/** About: of the letters of the table, told so that it is rather too much. */
function textWidth(text: string): number {
  return sizes.reduce(
    (width, { of, width: size }) => width + (text.match(of)?.length ?? 0) * (size - usualSize),
    text.length * usualSize,
  );
}

function longest(one: string, other: string): string {
  return one.length < other.length ? other : one;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
