/** The middle of a step of the database's `time_step`, in ms: at most 4.5 % from any span of time that lies in the step. */
function middleOf(step: number): number {
  return 2 ** ((step + 0.5) / stepsPerOctave);
}

const stepsPerOctave = 8;

/** Below what so large a share of counted spans lies, in ms, to within a step; undefined over none. */
export function percentileOfSteps(counts: Iterable<readonly [step: number, n: number]>, share: number) {
  const steps = [...counts].toSorted(([a], [b]) => a - b);
  const all = steps.reduce((sum, [, n]) => sum + n, 0);
  let seen = 0;
  for (const [step, n] of steps) {
    seen += n;
    if (seen > 0 && seen >= all * share) return middleOf(step);
  }
  return undefined;
}
