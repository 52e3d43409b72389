/** Says at once that a store is away, after it failed often enough, until a probe finds it back. */
export interface Breaker {
  isOpen(): boolean;
  succeeded(): void;
  /** @param weight how many failures this one stands for */
  failed(weight?: number): void;
  close(): void;
}

export interface BreakerOptions {
  readonly failuresMax: number;
  readonly probeEveryMs: number;
  /** Rejects while the store is away. */
  readonly probe: () => Promise<unknown>;
  readonly onChange?: (isOpen: boolean) => void;
}

export function createBreaker({ failuresMax, probeEveryMs, probe, onChange }: BreakerOptions): Breaker {
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let isOpen = false;
  let isClosed = false;
  const turn = (open: boolean) => {
    isOpen = open;
    failures = 0;
    onChange?.(open);
  };
  const probeLater = () => {
    if (isClosed) return;
    timer = setTimeout(() => {
      probe().then(() => turn(false), probeLater);
    }, probeEveryMs);
    timer.unref();
  };
  return {
    isOpen: () => isOpen,
    succeeded() {
      failures = 0;
    },
    failed(weight = 1) {
      failures += weight;
      if (isOpen || failures < failuresMax) return;
      turn(true);
      probeLater();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
