import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { refuse } from '../answers/respond.ts';
import { bigBodyBytes, type SignedRequest } from '../guards/signed-request.ts';
import { isStrictJson } from '../request/json-guard.ts';
import { isPlainUtf8, parseJson, parseText, type JsonRead } from '../request/parse-json.ts';
import { accept, type Accepted } from './accept.ts';

export type Json = Extract<JsonRead, { ok: true }>;
export type Judged = Accepted | { readonly refusal: Response };

/**
 * Accepts what `judge` makes of a request's body, strict JSON, or answers why not. A big one can hold the event loop for tens of milliseconds: between its
 * steps others get their turn, and its tenant has one at a time; where too many of its own wait already the answer is 503.
 */
export async function acceptJson(request: SignedRequest, judge: (json: Json) => Judged): Promise<Response> {
  const { gateway, seen } = request;
  const bytes = seen.body ?? Buffer.alloc(0);
  const decide = (json: JsonRead) => (json.ok ? judge(json) : { refusal: refuse(request, 'json_invalid') });
  const judged =
    bytes.length <= bigBodyBytes
      ? decide(parseJson(bytes))
      : await gateway.turns.run(seen.key?.tenantId ?? '', async () => decide(await parseInSteps(bytes)));
  if (!judged) return refuse(request, 'unavailable');
  return 'refusal' in judged ? judged.refusal : accept(request, judged);
}

async function parseInSteps(bytes: Buffer): Promise<JsonRead> {
  if (!isPlainUtf8(bytes) || !isStrictJson(bytes)) return { ok: false };
  await yieldToLoop();
  const json = parseText(bytes.toString('utf8'));
  await yieldToLoop();
  return json;
}
