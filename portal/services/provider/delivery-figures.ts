import 'server-only';

/** One figure: of the window, of the window before it, and of the window's parts. */
export interface Figure {
  readonly value: number;
  readonly previous: number;
  readonly parts: readonly number[];
  /** Of the window before. */
  readonly previousParts: readonly number[];
  /** Of the running day, where the window ends before it. */
  readonly today: number | undefined;
}

export const summaryParts = 24;

export interface PartRow {
  /** Before the window where it is less than 0. */
  readonly part: number;
  readonly count: number;
  readonly requests: number;
}

export function countOf(rows: readonly PartRow[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

type Counted = Omit<Figure, 'today'> & { readonly requests: number };

export function figureOf(rows: readonly PartRow[]): Counted {
  const parts = Array.from({ length: summaryParts }, () => 0);
  return rows.reduce<Counted>(
    (figure, { part, count, requests: told }) =>
      part < 0
        ? {
            ...figure,
            previous: figure.previous + count,
            previousParts: plus(figure.previousParts, Math.max(part + summaryParts, 0), count),
          }
        : {
            ...figure,
            value: figure.value + count,
            requests: figure.requests + told,
            parts: plus(figure.parts, Math.min(part, summaryParts - 1), count),
          },
    { value: 0, previous: 0, parts, previousParts: parts, requests: 0 },
  );
}

function plus(parts: readonly number[], at: number, count: number): readonly number[] {
  return parts.with(at, (parts[at] ?? 0) + count);
}

export function less(from: Figure, taken: Figure): Figure {
  return {
    value: from.value - taken.value,
    previous: from.previous - taken.previous,
    parts: from.parts.map((value, i) => value - (taken.parts[i] ?? 0)),
    previousParts: from.previousParts.map((value, i) => value - (taken.previousParts[i] ?? 0)),
    today: from.today && from.today - (taken.today ?? 0),
  };
}
