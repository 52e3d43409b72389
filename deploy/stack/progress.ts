export type Progress = {
  readonly say: (line: string) => void;
  readonly step: <T>(name: string, work: () => Promise<T>) => Promise<T>;
};

/** One line when a step begins, one with its time when it took long; lines of what happens within are indented. */
export function createProgress(print: (line: string) => void): Progress {
  const noticeableMs = 1_000;
  return {
    say: (line) => print(`  ${line}`),
    step: async (name, work) => {
      print(name);
      const started = Date.now();
      const result = await work();
      const tookMs = Date.now() - started;
      if (tookMs >= noticeableMs) print(`  ${(tookMs / 1_000).toFixed(1)} s`);
      return result;
    },
  };
}
