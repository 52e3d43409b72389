import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { checkInvariants, findLost, type InvariantResult } from '#prisma/invariants';
import { expectedId, type Request } from './plan.ts';
import type { Answered } from './sender.ts';

/** A request and all that came back to it. */
interface Tried {
  readonly request: Request;
  readonly answers: readonly Answered[];
}

const decisionDeadlineMs = 60_000;
const pollMs = 100;
const heldAgainMs = 1_500;
const shownMax = 5;

/** An answer that a repeat would not change. */
export function isFinal({ isValid }: Request, { status, code }: Answered): boolean {
  return isValid ? status === 200 : status === 400 && code === 'body_invalid';
}

/** What is wrong with the answers as they stand, before anything is repeated. */
export async function dishonestAnswers(db: pg.Pool, tried: readonly Tried[]): Promise<string[]> {
  const strange = tried.flatMap(({ request, answers }) =>
    answers
      .filter((answer) => !isHonest(request, answer))
      .map((answer) => `${request.tenantId}/${request.idempotencyKey} was answered ${JSON.stringify(answer)}`),
  );
  const refused = tried.filter(({ answers }) => answers.length > 0 && answers.every(({ status }) => status === 503));
  const wrong = await present(db, refused);
  return [
    ...strange.slice(0, shownMax),
    ...wrong.map((id) => `${id} is there, and every answer said 503: that nothing was accepted`),
  ];
}

/** What is wrong once all was answered and decided. */
export async function violationsAtRest(db: pg.Pool, tried: readonly Tried[]): Promise<string[]> {
  const sent = tried
    .filter(({ request }) => request.isValid)
    .map(({ request, answers }) => ({
      tenantId: request.tenantId,
      id: expectedId(request),
      answered: answers.some(({ status }) => status === 200),
    }));
  const results = [...(await findLost(db, sent)), ...(await checkUntilReleased(db))];
  return results.flatMap(({ id, violations }) =>
    violations.map(({ orgId, subject, detail }) => `${id}: ${orgId ?? '-'} ${subject}: ${detail}`),
  );
}

/** Waits until no event waits for its verdict, whoever sent it; returns how long that took. */
export async function untilDecided(db: pg.Pool): Promise<number> {
  const started = Date.now();
  for (;;) {
    const waiting = await db.query<{ row: string }>('select to_jsonb(p)::text as row from event_pending p');
    if (waiting.rows.length === 0) return Date.now() - started;
    if (Date.now() - started > decisionDeadlineMs) {
      const shown = waiting.rows.slice(0, shownMax).map(({ row }) => row);
      throw new Error(
        `${waiting.rows.length} accepted events are not decided after ${decisionDeadlineMs} ms: ${shown.join(', ')}`,
      );
    }
    await sleep(pollMs);
  }
}

// The wire knows more answers; to these requests, whatever is broken behind the gateway, only these are honest.
function isHonest(request: Request, answer: Answered): boolean {
  const { status, code, id } = answer;
  if (status === 200) return request.isValid && id === expectedId(request);
  if (status === undefined) return true;
  if (status === 503) return code === 'unavailable';
  if (status === 500) return code === 'internal';
  if (status === 409) return code === 'idempotency_in_flight';
  return isFinal(request, answer);
}

async function present(db: pg.Pool, tried: readonly Tried[]): Promise<string[]> {
  const wanted = tried.map(({ request }) => expectedId(request));
  const { rows } = await db.query<{ id: string }>('select id from event where id = any($1::text[])', [wanted]);
  return rows.map(({ id }) => id);
}

// A sweeper that looks just now is not a session that holds something: only what two looks see is held.
async function checkUntilReleased(db: pg.Pool): Promise<InvariantResult[]> {
  const first = await checkInvariants(db, { isQuiesced: true });
  const isHeld = first.some(({ id, violations }) => id === 'C1' && violations.length > 0);
  if (!isHeld) return first;
  await sleep(heldAgainMs);
  return checkInvariants(db, { isQuiesced: true });
}
