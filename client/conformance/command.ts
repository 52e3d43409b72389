import { readFile } from 'node:fs/promises';
import { isRecord, parseRecord, textOf } from '../answer.ts';
import { UsageError } from '../usage-error.ts';
import { specialKeys, type ProbeOptions } from './probe.ts';
import { countOf, reportOf } from './report.ts';
import { runConformance, type CaseResult } from './suite.ts';

export interface ConformanceOptions {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secret: string;
  readonly tenantId: string | undefined;
  /** JSON: `{ "disabled": { "keyId", "secret" }, "rotated": { "keyId", "secret", "previousSecret" }, ... }`. */
  readonly keysFile: string | undefined;
}

/** Runs every case against a gateway. The key must be a plain one: active, both scopes, both versions of signatures. */
export async function conformance(
  options: ConformanceOptions,
): Promise<{ text: string; results: CaseResult[]; failed: number }> {
  const { baseUrl, keyId, secret, tenantId, keysFile } = options;
  if (!tenantId) throw new UsageError('conformance needs --tenant, the tenant of the key');
  const special = keysFile === undefined ? {} : await readSpecialKeys(keysFile);
  const results = await runConformance({ baseUrl, tenantId, key: { keyId, secret }, special });
  return { text: reportOf(results), results, failed: countOf(results).failed };
}

async function readSpecialKeys(file: string): Promise<ProbeOptions['special']> {
  const given = parseRecord(await readFile(file, 'utf8'));
  if (!given) throw new UsageError(`${file} is not a JSON object`);
  const unknown = Object.keys(given).filter((name) => !specialKeys.some((known) => known === name));
  if (unknown.length > 0) throw new UsageError(`${file} names "${unknown[0]}"; keys are ${specialKeys.join(', ')}`);
  return Object.fromEntries(
    Object.entries(given).map(([name, key]) => {
      const [keyId, secret] = isRecord(key) ? [textOf(key, 'keyId'), textOf(key, 'secret')] : [];
      if (!isRecord(key) || !keyId || !secret) throw new UsageError(`${file}: "${name}" has no keyId or no secret`);
      return [name, { keyId, secret, previousSecret: textOf(key, 'previousSecret') }];
    }),
  );
}
