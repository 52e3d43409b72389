import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { bigBodyBytes, type SignedRequest } from '../guards/signed-request.ts';
import { isStrictJson } from './json-guard.ts';
import { isPlainUtf8, parseJson, parseText, type JsonRead } from './parse-json.ts';

/**
 * What `judge` makes of a request's body. A big one can hold the event loop for tens of milliseconds: between its steps others get their turn,
 * and its tenant has one at a time. Undefined where too many of that tenant wait already.
 */
export async function judgeJson<T>(
  { gateway, seen }: SignedRequest,
  judge: (json: JsonRead) => T,
): Promise<T | undefined> {
  const bytes = seen.body ?? Buffer.alloc(0);
  if (bytes.length <= bigBodyBytes) return judge(parseJson(bytes));
  return gateway.turns.run(seen.key?.tenantId ?? '', async () => judge(await parseInSteps(bytes)));
}

async function parseInSteps(bytes: Buffer): Promise<JsonRead> {
  if (!isPlainUtf8(bytes) || !isStrictJson(bytes)) return { ok: false };
  await yieldToLoop();
  const json = parseText(bytes.toString('utf8'));
  await yieldToLoop();
  return json;
}
