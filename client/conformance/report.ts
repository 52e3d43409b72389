import type { CaseResult } from './suite.ts';

/** Pass or fail per code, what failed below it, and the sum last. */
export function reportOf(results: readonly CaseResult[]): string {
  const lines = [...new Set(results.map(({ code }) => code))].flatMap((code) =>
    linesOf(
      code,
      results.filter((one) => one.code === code),
    ),
  );
  const { passed, failed, skipped } = countOf(results);
  return [...lines, '', `${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n');
}

export function countOf(results: readonly CaseResult[]): { passed: number; failed: number; skipped: number } {
  const count = (outcome: CaseResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function linesOf(code: string, results: readonly CaseResult[]) {
  const { passed, failed, skipped } = countOf(results);
  const word = failed > 0 ? 'FAIL' : passed > 0 ? 'pass' : 'skip';
  const told = results.filter(({ outcome }) => outcome !== 'passed');
  return [
    `${word}  ${code.padEnd(26)} ${passed} of ${passed + failed}${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    ...told.map(({ outcome, name, detail }) => `      ${outcome}: ${name}: ${detail}`),
  ];
}
