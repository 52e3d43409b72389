/** The one whose size is largest, the first of several; undefined where no size is over 0. */
export function largestOf<T>(all: Iterable<T>, sizeOf: (one: T) => number): T | undefined {
  let [largest, most]: [T | undefined, number] = [undefined, 0];
  for (const one of all) {
    const size = sizeOf(one);
    if (size > most) [largest, most] = [one, size];
  }
  return largest;
}
