/** How an address stands. `waitMs` is 0 when it may go on. */
export interface AddressStanding {
  readonly waitMs: number;
  readonly remaining: number;
  readonly resetMs: number;
}

export interface AddressBuckets {
  readonly ratePerS: number;
  readonly burst: number;
  /** Looks without charging. */
  check(prefix: string): AddressStanding;
  /** Charges one request that was refused without a verified signature. */
  charge(prefix: string): void;
}

export interface AddressLimit {
  readonly ratePerS: number;
  readonly burst: number;
  /** A clock that never steps back, in milliseconds. */
  readonly nowMs: () => number;
  readonly prefixesMax?: number;
}

const defaultPrefixesMax = 50_000;
const lookedAtMax = 64;
const sharedBucket = '*';

/** Token buckets per address prefix, in this process: GCRA in whole microseconds, as for keys, but without any store. */
export function createAddressBuckets(limit: AddressLimit): AddressBuckets {
  const { ratePerS, burst, prefixesMax = defaultPrefixesMax } = limit;
  const interval = Math.round(1_000_000 / ratePerS);
  const tolerance = burst * interval;
  // Theoretical arrival times, least recently charged first.
  const arrivals = new Map<string, number>();
  const now = () => Math.floor(limit.nowMs() * 1_000);
  const bucketOf = (prefix: string) => (arrivals.has(prefix) || arrivals.size < prefixesMax ? prefix : sharedBucket);
  return {
    ratePerS,
    burst,
    check(prefix) {
      const at = now();
      const ahead = Math.max((arrivals.get(bucketOf(prefix)) ?? 0) - at, 0);
      const remaining = Math.max(0, Math.floor((tolerance - ahead) / interval));
      return { waitMs: Math.max(0, ahead + interval - tolerance) / 1_000, remaining, resetMs: ahead / 1_000 };
    },
    charge(prefix) {
      const at = now();
      if (arrivals.size >= prefixesMax && !arrivals.has(prefix)) dropRefilled(arrivals, at);
      const bucket = bucketOf(prefix);
      const arrival = Math.max(arrivals.get(bucket) ?? 0, at) + interval;
      arrivals.delete(bucket);
      // What was under way when the bucket ran dry must not make the wait longer than the bucket is deep.
      arrivals.set(bucket, Math.min(arrival, at + tolerance));
    },
  };
}

function dropRefilled(arrivals: Map<string, number>, now: number): void {
  let looked = 0;
  for (const [bucket, arrival] of arrivals) {
    if (arrival <= now) arrivals.delete(bucket);
    if (++looked >= lookedAtMax) return;
  }
}
