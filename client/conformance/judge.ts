import type { Reply } from './exchange.ts';
import { problemStatus, type ProblemCode } from './problems.ts';

/** What a reply must be: one of these refusals, or the acceptance. */
export type Wanted = ProblemCode | 'accepted';

/** A reply that is not what the contract says; the message says how. */
export class Mismatch extends Error {}

const problemMembers = new Set(['ok', 'code', 'type', 'title', 'status', 'detail', 'requestId', 'issues']);

export function judge(reply: Reply, wanted: readonly Wanted[]): void {
  const found = reply.body?.['ok'] === true ? 'accepted' : reply.body?.['code'];
  const matching = wanted.find((one) => one === found);
  if (matching === undefined) {
    const told = typeof found === 'string' ? found : reply.text.slice(0, 80);
    throw new Mismatch(`answered ${reply.status} ${told} instead of ${wanted.join(' or ')}`);
  }
  if (matching === 'accepted') judgeAcceptance(reply);
  else judgeProblem(reply, matching);
}

function judgeAcceptance({ status, headers, body = {} }: Reply) {
  demand(status === 200, `an acceptance has status ${status}`);
  demand(/^application\/json\b/.test(headers.get('content-type') ?? ''), 'an acceptance is not application/json');
  demand(headers.has('x-request-id'), 'x-request-id is absent');
  demand(/^evt_[A-Za-z0-9_-]+$/.test(String(body['id'])), 'an acceptance has no id evt_...');
  const others = Object.keys(body).filter((name) => !['ok', 'id', 'status'].includes(name));
  demand(others.length === 0, `an acceptance has members that the contract does not name: ${others.join(', ')}`);
}

function judgeProblem({ status, headers, body = {} }: Reply, code: ProblemCode) {
  demand(
    status === problemStatus[code] && body['status'] === status,
    `${code} has status ${status}, and ${String(body['status'])} inside`,
  );
  demand(
    /^application\/problem\+json\b/.test(headers.get('content-type') ?? ''),
    `${code} is not application/problem+json`,
  );
  demand(body['ok'] === false, `ok of ${code} is not false`);
  const requestId = headers.get('x-request-id');
  demand(
    requestId !== undefined && requestId === body['requestId'],
    `x-request-id of ${code} is absent or not requestId`,
  );
  for (const name of ['type', 'title', 'detail'])
    demand(typeof body[name] === 'string' && body[name] !== '', `${code} has no ${name}`);
  demand(String(body['type']).endsWith(`#${code}`), `type of ${code} does not lead to it`);
  const others = Object.keys(body).filter((name) => !problemMembers.has(name));
  demand(others.length === 0, `${code} has members that the contract does not name: ${others.join(', ')}`);
  const issues: unknown = body['issues'];
  const hasIssues = Array.isArray(issues) && issues.length > 0;
  demand(hasIssues === (code === 'body_invalid'), `issues must come with body_invalid, always and only: ${code}`);
  if (code === 'rate_limited' || code === 'unavailable')
    demand(/^[1-9][0-9]*$/.test(headers.get('retry-after') ?? ''), `${code} has no Retry-After of at least 1`);
  if (code === 'method_not_allowed') demand(headers.has('allow'), `${code} has no Allow`);
}

export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Mismatch(otherwise);
}
