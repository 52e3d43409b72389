import { setTimeout as sleep } from 'node:timers/promises';
import { differences } from './compare.ts';
import { expectedOf } from './oracle.ts';
import { expectedId, type Request } from './plan.ts';
import type { Answered, Sender } from './sender.ts';
import type { Stack } from './stack.ts';
import { dishonestAnswers, isFinal, untilDecided, violationsAtRest } from './verify.ts';

/** What some tenants sent and what came back: the outside view, without which no loss can be shown. */
export interface Ledger {
  readonly tenants: readonly [string, ...string[]];
  readonly sender: Sender;
  readonly answers: readonly Answered[];
  /** One attempt. */
  send(request: Request, options?: Parameters<Sender['send']>[1]): Promise<Answered>;
  /** Repeats what has no answer that stands, waits until all is decided, and throws with everything that is not as promised. */
  settle(title: string): Promise<Report>;
}

export interface Report {
  readonly requests: number;
  readonly repeated: number;
  readonly applied: number;
  readonly rejected: number;
}

interface Tried {
  readonly request: Request;
  readonly answers: Answered[];
}

const healDeadlineMs = 45_000;
const repeatWaitMs = 250;
const repeatAtOnce = 32;

export async function openLedger(stack: Stack, prefix: string, tenantCount: number, to?: string): Promise<Ledger> {
  const { ids, sender } = await stack.makeTenants(prefix, tenantCount, to);
  const tried = new Map<string, Tried>();
  const answers: Answered[] = [];
  const faultsBefore = stack.faults.length;
  return {
    tenants: ids,
    sender,
    answers,
    async send(request, options) {
      const id = expectedId(request);
      const one = tried.get(id) ?? { request, answers: [] };
      tried.set(id, one);
      const answer = await sender.send(request, options);
      one.answers.push(answer);
      answers.push(answer);
      return answer;
    },
    settle(title) {
      const faults = stack.faults.slice(faultsBefore).join(', ') || 'no fault';
      console.info(`${title}\n  ${faults}\n  answers: ${countAnswers(answers)}`);
      if (answers.some(({ status }) => status === 500)) console.info(stack.gateway.grep(/"internal"|"level":[56]0/));
      return settle(stack, sender, ids, [...tried.values()]);
    },
  };
}

async function settle(
  stack: Stack,
  sender: Sender,
  tenants: readonly string[],
  tried: readonly Tried[],
): Promise<Report> {
  const problems = await dishonestAnswers(stack.db, tried);
  const repeated = await repeatUntilAnswered(sender, tried);
  const waitedMs = await untilDecided(stack.db);
  problems.push(...(await violationsAtRest(stack.db, tried)));
  const expected = expectedOf(tried.map(({ request }) => request).filter(({ isValid }) => isValid));
  problems.push(...(await differences(stack.db, tenants, expected)));
  if (problems.length > 0) throw new Error(`not as promised:\n  ${problems.join('\n  ')}`);
  const applied = expected.activities.length;
  const rejected = expected.verdicts.length - applied;
  console.info(
    `  ${repeated} of ${tried.length} repeated, all decided ${waitedMs} ms later: ${applied} applied, ${rejected} rejected; E1 to E7, A1, A2, C1 and O1 hold\n  ${await slowest(stack, tenants)}`,
  );
  return { requests: tried.length, repeated, applied, rejected };
}

// For whoever reads the output: no test is timed, but a wait that no fault explains is worth a look.
async function slowest(stack: Stack, tenants: readonly string[]): Promise<string> {
  const { rows } = await stack.db.query<{ ms: number; id: string; run: string }>(
    `select round(extract(epoch from decided_at - received_at) * 1000)::int as ms, event_id as id, workflow_id as run
      from event_verdict where org_id = any($1) and verdicts = 1 order by 1 desc limit 1`,
    [tenants],
  );
  const [worst] = rows;
  return worst ? `the slowest waited ${worst.ms} ms: ${worst.id} by ${worst.run}` : 'nothing was decided';
}

/** As a tenant does: the same bytes under the same idempotency key, until the answer stands. */
async function repeatUntilAnswered(sender: Sender, tried: readonly Tried[]): Promise<number> {
  const open = tried.filter(({ request, answers }) => !answers.some((answer) => isFinal(request, answer)));
  const deadline = Date.now() + healDeadlineMs;
  const queue = [...open];
  const work = async () => {
    for (let one = queue.shift(); one; one = queue.shift()) await repeat(sender, one, deadline);
  };
  await Promise.all(Array.from({ length: repeatAtOnce }, work));
  return open.length;
}

async function repeat(sender: Sender, { request, answers }: Tried, deadline: number) {
  for (;;) {
    const answer = await sender.send(request);
    answers.push(answer);
    if (isFinal(request, answer)) return;
    if (Date.now() > deadline)
      throw new Error(
        `${expectedId(request)}: no answer that stands within ${healDeadlineMs} ms, the last: ${JSON.stringify(answer)}`,
      );
    await sleep(repeatWaitMs);
  }
}

function countAnswers(answers: readonly Answered[]): string {
  const counts = new Map<string, number>();
  for (const { status, code } of answers) {
    const name = status === undefined ? 'none' : [status, code].filter(Boolean).join(' ');
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} x ${name}`).join(', ');
}
