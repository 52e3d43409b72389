export interface Pack {
  readonly kind: 'light' | 'dark' | 'contrast';
  readonly neutral: readonly [hue: number, chroma: number];
  readonly accent: readonly [hue: number, chroma: number];
  readonly base: readonly [number, number, number, number];
  readonly status: readonly [ok: number, warn: number, bad: number, info: number];
}

export const packs: Readonly<Record<'paper' | 'dune' | 'graphite' | 'midnight' | 'contrast', Pack>>;
/** Each token's colour. */
export function tokensOf(pack: Pack): Readonly<Record<string, string>>;
/** `pair` is "token on token". */
export function contrastPairs(
  pack: Pack,
): readonly { readonly pair: string; readonly ratio: number; readonly floor: number }[];
export function stylesheet(): string;
