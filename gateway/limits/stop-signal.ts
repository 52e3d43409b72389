/** That this process is about to end: nothing new is begun, and nobody is kept waiting. */
export interface StopSignal {
  isStopping(): boolean;
  stop(): void;
  /** What `waited` gives, or undefined as soon as the process stops. */
  orStopped<T>(waited: Promise<T>): Promise<T | undefined>;
}

export function createStopSignal(): StopSignal {
  const waiters = new Set<() => void>();
  let isStopping = false;
  return {
    isStopping: () => isStopping,
    stop() {
      isStopping = true;
      for (const wake of waiters) wake();
    },
    orStopped(waited) {
      if (isStopping) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        const wake = () => resolve(undefined);
        waiters.add(wake);
        void waited.then(resolve, reject).finally(() => waiters.delete(wake));
      });
    },
  };
}
