import type { Draft } from './draft.ts';
import type { Wanted } from './judge.ts';
import type { Probe, SpecialKey } from './probe.ts';

/** One thing that the contract promises. It is listed under the code that it shows. */
export interface Case {
  readonly code: Wanted | 'vectors' | 'state' | 'replay' | 'documents';
  readonly name: string;
  /** The special key without which the case cannot be run. */
  readonly needs?: SpecialKey;
  /** Throws a Mismatch when the promise is not kept. */
  run(probe: Probe): Promise<void>;
}

/** A case of one request and its answer. Where the contract leaves two answers open, both are wanted. */
export function single(code: Wanted, name: string, draft: (probe: Probe) => Draft, also: readonly Wanted[] = []): Case {
  return {
    code,
    name,
    async run(probe) {
      await probe.expect(draft(probe), code, ...also);
    },
  };
}
