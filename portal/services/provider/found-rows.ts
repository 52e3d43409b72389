import type { Bind } from '../../lists/bind.ts';

/** SQL that is true where one of some texts has the words, whatever their case; nothing where none are asked for. */
export function hasWords(q: string | undefined, texts: readonly string[], bind: Bind): readonly string[] {
  if (q === undefined) return [];
  // In a pattern the words mean just themselves.
  const words = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return [`concat_ws(chr(10), ${texts.join(', ')}) ilike ${bind(words)}`];
}
