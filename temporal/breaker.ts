/** Spares a server that does not answer, and everybody who would wait for it. */
export interface Breaker {
  isOpen(nowMs: number): boolean;
  failed(nowMs: number): void;
  succeeded(): void;
}

const failuresMax = 5;
const openMs = 5_000;

export function createBreaker(): Breaker {
  let failures = 0;
  let openUntilMs = -Infinity;
  return {
    isOpen: (nowMs) => nowMs < openUntilMs,
    failed(nowMs) {
      failures += 1;
      // Past the limit each further failure opens it again, until something succeeds.
      if (failures >= failuresMax) openUntilMs = nowMs + openMs;
    },
    succeeded() {
      failures = 0;
      openUntilMs = -Infinity;
    },
  };
}
