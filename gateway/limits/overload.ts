/** Sheds what would only wait: too many requests at work, or an event loop that lags. */
export interface Overload {
  /** Asked before anything else is done for a request. */
  isShedding(): boolean;
  /** Takes a place among those at work; false when there is none. A body on its way takes no place. */
  enter(): boolean;
  leave(): void;
  inFlight(): number;
  isLagging(): boolean;
  lagMs(): number;
  close(): void;
}

const tickMs = 50;
const smoothing = 0.2;

export function createOverload(options: { readonly inFlightMax: number; readonly lagMsMax: number }): Overload {
  const { inFlightMax, lagMsMax } = options;
  let inFlight = 0;
  let lag = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lag += smoothing * (Math.max(0, now - last - tickMs) - lag);
    last = now;
  }, tickMs);
  timer.unref();
  return {
    isShedding: () => inFlight >= inFlightMax || lag > lagMsMax,
    enter() {
      if (inFlight >= inFlightMax) return false;
      inFlight++;
      return true;
    },
    leave() {
      inFlight--;
    },
    inFlight: () => inFlight,
    isLagging: () => lag > lagMsMax,
    lagMs: () => lag,
    close: () => clearInterval(timer),
  };
}
