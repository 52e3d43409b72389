import { problems, type ProblemCode } from '#domain/errors';
import type { Gateway } from '../gateway.ts';

type Ids = Pick<Gateway, 'nextRequestId' | 'problems'>;

/** An answer of a route that nobody signs. */
export function plainAnswer(
  { nextRequestId }: Ids,
  status: number,
  contentType: string,
  body: string | Uint8Array<ArrayBuffer>,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = {
    'content-type': contentType,
    'x-request-id': nextRequestId(),
    'cache-control': 'no-store',
    ...more,
  };
  return new Response(body, { status, headers });
}

export function jsonAnswer(ids: Ids, status: number, body: object): Response {
  return plainAnswer(ids, status, 'application/json', JSON.stringify(body));
}

/** The refusal of a request that no signed route has taken. */
export function plainProblem(ids: Ids, code: ProblemCode, more: Readonly<Record<string, string>> = {}): Response {
  const id = ids.nextRequestId();
  const headers = {
    'content-type': 'application/problem+json',
    'x-request-id': id,
    'cache-control': 'no-store',
    ...more,
  };
  return new Response(ids.problems.body(code, id), { status: problems[code].status, headers });
}
