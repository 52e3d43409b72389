/** Numbers that look random and are the same for the same name, so that a demo is told alike every time. */
export interface Dice {
  /** From 0 to below 1. */
  readonly roll: () => number;
  /** A whole number, both ends included. */
  readonly between: (low: number, high: number) => number;
  readonly isLucky: (share: number) => boolean;
  readonly pick: <T>(choices: readonly [T, ...T[]]) => T;
}

/** FNV-1a of the name seeds a mulberry32. */
export function diceOf(name: string): Dice {
  let state = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) state = Math.imul(state ^ name.charCodeAt(index), 0x01000193);
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    between: (low, high) => low + Math.floor(roll() * (high - low + 1)),
    isLucky: (share) => roll() < share,
    pick: (choices) => choices[Math.floor(roll() * choices.length)] ?? choices[0],
  };
}
