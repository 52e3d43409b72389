import type { Bind } from '../../lists/bind.ts';

/** SQL that is true where one of some texts has the words, whatever their case; nothing where none are asked for. */
export function hasWords(q: string | undefined, texts: readonly string[], bind: Bind): readonly string[] {
  if (q === undefined) return [];
  return [`concat_ws(chr(10), ${texts.join(', ')}) ilike ${bind(`%${literally(q)}%`)}`];
}

/** Words as they stand in a pattern of `like` in which they mean just themselves. */
export function literally(words: string): string {
  return words.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
