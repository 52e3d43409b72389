import { randomBytes } from 'node:crypto';
import { readAnswer, type Answer } from './answer.ts';
import { sign } from './sign.ts';

/** One request, whatever number of attempts it takes: its bytes are made once. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly idempotencyKey?: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly waitS?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Sender {
  readonly origin: string;
  readonly keyId: string;
  readonly secret: string;
  readonly timeoutMs: number;
}

/** Without an answer there is a cause: the network's error or the timeout's. */
export interface Attempt {
  readonly answer?: Answer;
  readonly cause?: unknown;
}

const nonceBytes = 18;

/**
 * Signs and sends a call once. Only the caller's own signal makes it throw.
 * @param timestamp Unix time in whole seconds
 */
export async function attempt(sender: Sender, call: Call, timestamp: number): Promise<Attempt> {
  call.signal?.throwIfAborted();
  const abort = new AbortController();
  const stop = () => abort.abort(call.signal?.reason);
  const timeoutMs = sender.timeoutMs + (call.waitS ?? 0) * 1_000;
  const timer = setTimeout(() => abort.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  call.signal?.addEventListener('abort', stop, { once: true });
  try {
    const response = await fetch(sender.origin + call.target, {
      method: call.method,
      headers: signedHeaders(sender, call, timestamp),
      redirect: 'manual',
      signal: abort.signal,
      ...(call.body && { body: call.body }),
    });
    return { answer: await readAnswer(response) };
  } catch (cause) {
    call.signal?.throwIfAborted();
    return { cause };
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', stop);
  }
}

/** A nonce serves one attempt only, also when the one before it got no answer. */
function signedHeaders({ keyId, secret }: Sender, call: Call, timestamp: number): Record<string, string> {
  const { method, target: requestTarget, idempotencyKey = '', body = new Uint8Array(), waitS } = call;
  const nonce = randomBytes(nonceBytes).toString('base64url');
  const { signature } = sign({ method, requestTarget, keyId, secret, timestamp, nonce, idempotencyKey, body });
  return {
    'x-provider-keyid': keyId,
    'x-timestamp': String(timestamp),
    'x-nonce': nonce,
    'x-signature': signature,
    ...(method === 'POST' && { 'x-idempotency-key': idempotencyKey, 'content-type': 'application/json' }),
    ...(waitS !== undefined && { prefer: `wait=${waitS}` }),
  };
}
