import 'server-only';
import committed from '#docs/openapi.json';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { environment } from '../../server/environment.ts';
import { log } from '../../server/log.ts';

export type ContractState =
  | { readonly state: 'unset' }
  | { readonly state: 'unreachable'; readonly url: string }
  | { readonly state: 'read'; readonly url: string; readonly committed: string; readonly running: string };

const timeoutMs = 3_000;

/** What the running gateway says of itself beside what this release was built with. */
export async function readContract(staff: Staff): Promise<ContractState> {
  assertCan(staff, 'dev-aids');
  const { GATEWAY_URL } = environment();
  if (!GATEWAY_URL) return { state: 'unset' };
  const url = new URL('/openapi.json', GATEWAY_URL).href;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), cache: 'no-store' });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const running: unknown = await response.json();
    return { state: 'read', url, committed: textOf(committed), running: textOf(running) };
  } catch (error) {
    log.warn({ url, error: String(error) }, 'the gateway told no document');
    return { state: 'unreachable', url };
  }
}

/** Members in one order: where they stand says nothing. */
function textOf(document: unknown): string {
  return `${JSON.stringify(document, sorted, 2)}\n`;
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
