import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { answer, refuse } from '../answers/respond.ts';
import type { SignedRequest } from '../guards/signed-request.ts';

/** What a request's body turned out to be. */
export interface Accepted {
  readonly type: string;
  readonly body: string;
  readonly occurredAt: EpochMs;
  readonly entity: { readonly kind: string; readonly id: string } | undefined;
}

const commitWithinMs = 5_000;

/**
 * Commits an event and answers. The commit is the acceptance: nothing after it may turn the answer into anything but 200,
 * and nothing but certainty that it did not happen may turn it into 503.
 */
export async function accept(request: SignedRequest, event: Accepted): Promise<Response> {
  const { gateway, seen, headers, arrivedMs, receivedAt } = request;
  const { audit, identity } = seen;
  if (!audit || !identity) throw new Error('accepting without a record of who');
  if (gateway.engine.isBacklogFull()) return refuse(request, 'unavailable');
  const row = {
    ...audit,
    id: identity.eventId,
    type: event.type,
    body: event.body,
    entityKind: event.entity?.kind ?? null,
    entityId: event.entity?.id ?? null,
    occurredAt: event.occurredAt,
  };
  const result = await gateway.committer.commit(row, arrivedMs + commitWithinMs);
  switch (result) {
    case 'unsent':
      return refuse(request, 'unavailable');
    case 'unknown':
    case 'failed':
      return refuse(request, 'internal');
    case 'reused':
      return refuse(request, 'idempotency_key_reused');
    case 'inserted':
    case 'repeated': {
      const ref = { tenantId: audit.tenantId, eventId: identity.eventId, type: event.type };
      if (result === 'inserted') gateway.engine.drive(ref);
      const status =
        headers.waitS === undefined ? undefined : await decision(request, ref, receivedAt + headers.waitS * 1_000);
      const body = JSON.stringify({ ok: true, id: ref.eventId, ...(status && { status }) });
      return answer(request, result === 'inserted' ? 'accepted' : 'repeated', body, result === 'repeated');
    }
  }
}

/** `Prefer: wait`: what became of it by then. A server that stops does not wait. */
async function decision({ gateway }: SignedRequest, ref: EventRef, deadline: EpochMs) {
  const decided = await gateway.stop.orStopped(gateway.engine.waitForDecision(ref, deadline));
  return decided ?? 'accepted';
}
