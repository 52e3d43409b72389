/** What a chart tells of a bucket or step. */
export interface ToldRow {
  readonly name: string;
  /** A figure of each series, in the legend's order. */
  readonly cells: readonly string[];
  /** The same for programs. */
  readonly plain: readonly string[];
}

/**
 * Such rows as one text, which a server passes on whole: value by value those of a chart cost it as much as a table. An object, since what stands for it
 * twice is told once.
 */
export interface ToldRows {
  readonly json: string;
}

export function tellRows(rows: readonly ToldRow[]): ToldRows {
  return { json: JSON.stringify(rows) };
}
