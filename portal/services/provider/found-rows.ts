/** Rows that have the words that were asked for, as many as are read, and how many have them. */
export interface FoundRows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** SQL that is true where one of some texts has the words, whatever their case; without words always. `words` is the parameter of `wordsOf`. */
export function hasWords(words: string, texts: readonly string[]): string {
  return `(${words}::text is null or concat_ws(chr(10), ${texts.join(', ')}) ilike ${words})`;
}

/** The words as a pattern in which they mean just themselves. */
export function wordsOf(q: string | undefined): string | null {
  return q === undefined ? null : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
