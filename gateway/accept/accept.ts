import type { EventRef } from '#domain/ids';
import type { EpochMs } from '#domain/instants';
import { answer, refuse } from '../answers/respond.ts';
import type { SignedRequest } from '../guards/signed-request.ts';
import type { AuditFacts } from '../guards/with-audit-log.ts';
import type { EventRow } from './insert-events.ts';

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
  const sentMs = performance.now();
  const result = await gateway.committer.commit(rowOf(audit, identity.eventId, event), arrivedMs + commitWithinMs);
  gateway.report.took('commit', sentMs);
  switch (result) {
    case 'unsent':
      return refuse(request, 'unavailable');
    case 'unknown':
      gateway.report.unknownOutcome(request);
      return refuse(request, 'internal');
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
      const body = JSON.stringify({ ok: true, id: ref.eventId, status });
      return answer(request, result === 'inserted' ? 'accepted' : 'repeated', body, result === 'repeated');
    }
  }
}

function rowOf(audit: AuditFacts, id: string, { type, body, entity, occurredAt }: Accepted): EventRow {
  return {
    tenantId: audit.tenantId,
    id,
    type,
    body,
    fingerprint: audit.fingerprint,
    idempotencyKey: audit.idempotencyKey,
    keyId: audit.keyId,
    signatureVersion: audit.signatureVersion,
    requestId: audit.requestId,
    addressPrefix: audit.addressPrefix,
    entityKind: entity?.kind ?? null,
    entityId: entity?.id ?? null,
    occurredAt,
    receivedAt: audit.receivedAt,
  };
}

/** `Prefer: wait`: what became of it by then. A server that stops does not wait. */
async function decision({ gateway, seen }: SignedRequest, ref: EventRef, deadline: EpochMs) {
  // Who only waits is not at work.
  if (seen.hasPlace) gateway.overload.leave();
  seen.hasPlace = false;
  const decided = await gateway.stop.orStopped(gateway.engine.waitForDecision(ref, deadline));
  return decided ?? 'accepted';
}
