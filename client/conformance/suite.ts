import type { Case } from './case.ts';
import { bodyLimitCases } from './cases/bodies.ts';
import { headerCases } from './cases/headers.ts';
import { idempotencyCases } from './cases/idempotency.ts';
import { jsonCases } from './cases/json.ts';
import { keyCases } from './cases/keys.ts';
import { orderCases } from './cases/order.ts';
import { schemaCases } from './cases/schema.ts';
import { signatureCases } from './cases/signatures.ts';
import { stateCases } from './cases/states.ts';
import { documentCases, targetCases } from './cases/targets.ts';
import { timeCases } from './cases/times.ts';
import { usageCases } from './cases/usage.ts';
import { Mismatch } from './judge.ts';
import { createProbe, type ProbeOptions } from './probe.ts';
import { vectorCases } from './vectors.ts';

export interface CaseResult {
  readonly code: Case['code'];
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was wrong, or which key was not given. */
  readonly detail?: string;
}

/** A gateway that does not answer at all would take minutes to say so for every case. */
const silencesMax = 3;

const cases: readonly Case[] = [
  ...vectorCases,
  ...targetCases,
  ...headerCases,
  ...signatureCases,
  ...timeCases,
  ...bodyLimitCases,
  ...jsonCases,
  ...schemaCases,
  ...usageCases,
  ...idempotencyCases,
  ...orderCases,
  ...stateCases,
  ...keyCases,
  ...documentCases,
];

/**
 * Sends a few hundred requests, one after the other, at less than half of a key's usual limit. Some are accepted and change
 * the tenant's books: leads named `conformance-...` and usage of nothing on the meter `conformance`.
 */
export async function runConformance(options: ProbeOptions): Promise<CaseResult[]> {
  const probe = await createProbe(options);
  const results: CaseResult[] = [];
  let silences = 0;
  for (const one of cases) {
    const { code, name, needs } = one;
    if (needs && !options.special[needs]) {
      results.push({ code, name, outcome: 'skipped', detail: `no key "${needs}" was given` });
      continue;
    }
    try {
      await one.run(probe);
      results.push({ code, name, outcome: 'passed' });
    } catch (error) {
      silences += error instanceof Mismatch ? 0 : 1;
      if (silences > silencesMax) throw error;
      results.push({ code, name, outcome: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }
  return results;
}
