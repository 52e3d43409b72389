import 'server-only';
import { contrastPairs, packs, tokensOf } from '#portal/scripts/themes.mjs';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';

export interface PairShown {
  /** "fg-2 on page". */
  readonly name: string;
  readonly front: string;
  readonly back: string;
  readonly ratio: number;
  readonly floor: number;
  /** Marks and lines have a lower floor than text. */
  readonly isText: boolean;
}

export interface PackShown {
  readonly name: keyof typeof packs;
  readonly kind: 'light' | 'dark' | 'contrast';
  readonly pairs: readonly PairShown[];
}

const names = ['paper', 'dune', 'graphite', 'midnight', 'contrast'] as const satisfies readonly (keyof typeof packs)[];
const markFloor = 3;

let solved: readonly PackShown[] | undefined;

/** Every pair of every pack, solved as the stylesheet was. */
export function listPacks(staff: Staff): readonly PackShown[] {
  assertCan(staff, 'dev-aids');
  solved ??= names.map((name) => {
    const pack = packs[name];
    const tokens = tokensOf(pack);
    return {
      name,
      kind: pack.kind,
      pairs: contrastPairs(pack).map(({ pair, ratio, floor }) => {
        const [front = '', back = ''] = pair.split(' on ').map((token) => tokens[token] ?? '');
        return { name: pair, front, back, ratio, floor, isText: floor > markFloor };
      }),
    };
  });
  return solved;
}
