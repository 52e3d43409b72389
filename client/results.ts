import { textOf } from './answer.ts';
import type { Answered } from './caller.ts';
import { TributaryError } from './errors.ts';

/** The request is durable: a crash of any process after this loses nothing. */
export interface Accepted {
  readonly id: string;
  /** `accepted`, `applied` or `rejected`; present when `waitS` was asked for. */
  readonly status?: string;
  /** The gateway had accepted this request before. */
  readonly isReplay: boolean;
  readonly requestId: string | undefined;
  readonly attempts: number;
}

export interface EventState {
  readonly id: string;
  readonly type: string;
  /** `accepted`, `applied` or `rejected`. */
  readonly status: string;
  readonly receivedAt: string;
  readonly appliedAt?: string;
  /** Why it cannot be applied as things stand. */
  readonly rejection?: unknown;
  readonly workflowId: string;
}

export function readAccepted({ answer, attempts }: Answered): Accepted {
  const { body, isReplay, requestId } = answer;
  const id = body?.['ok'] === true ? textOf(body, 'id') : undefined;
  if (!body || id === undefined) throw notTheGateways({ answer, attempts });
  const status = textOf(body, 'status');
  return { id, ...(status !== undefined && { status }), isReplay, requestId, attempts };
}

export function readState({ answer, attempts }: Answered): EventState {
  const { ok, rejection, ...body } = answer.body ?? {};
  const [id, type, status] = [textOf(body, 'id'), textOf(body, 'type'), textOf(body, 'status')];
  const [receivedAt, workflowId] = [textOf(body, 'receivedAt'), textOf(body, 'workflowId')];
  if (ok !== true || !id || !type || !status || !receivedAt || !workflowId) throw notTheGateways({ answer, attempts });
  const appliedAt = textOf(body, 'appliedAt');
  return {
    id,
    type,
    status,
    receivedAt,
    workflowId,
    ...(appliedAt !== undefined && { appliedAt }),
    ...(rejection !== undefined && { rejection }),
  };
}

function notTheGateways({ answer: { status, requestId }, attempts }: Answered) {
  return new TributaryError(`the answer (HTTP ${status}) is not the gateway's`, {
    status,
    requestId,
    attempts,
    isOutcomeUnknown: true,
  });
}
