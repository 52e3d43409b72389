import { single, type Case } from '../case.ts';
import { draftOf, withHeader, without, type Draft, type Parts } from '../draft.ts';
import type { Probe } from '../probe.ts';

/** Two things are wrong with each; the one that comes first in the contract's list answers. */
const tooLarge = Buffer.alloc(256 * 1024 + 1, ' ');
const foreign = (probe: Probe) => ({ tenantId: `${probe.tenantId}-other` });
const bare = (draft: Draft): Draft => ({ ...draft, headers: [] });
const text = (draft: Draft) => withHeader(draft, 'content-type', 'text/plain');
const announced = (draft: Draft): Draft => ({ ...draft, framing: 'announced' });

const pairs: readonly Case[] = [
  single('not_found', 'before a missing header', (probe) =>
    bare(draftOf(probe.event({ target: '/api/federation/nothing' }))),
  ),
  single('method_not_allowed', 'before a missing header', (probe) => bare(draftOf(probe.event({ method: 'PUT' })))),
  single('target_invalid', 'before a missing header', (probe) =>
    bare(draftOf(probe.event({ target: '/api/federation/events?x' }))),
  ),
  single('header_missing', 'before the content type', (probe) => text(without(draftOf(probe.event()), 'x-nonce'))),
  single('header_invalid', 'before the content type', (probe) => text(draftOf(probe.event({ nonce: 'short' })))),
  single('content_type_unsupported', 'before the size of the body', (probe) =>
    text(announced(draftOf(probe.event({ body: tooLarge })))),
  ),
  single('body_too_large', 'before the idempotency key', (probe) =>
    announced(draftOf(probe.event({ body: tooLarge, idempotencyKey: undefined }))),
  ),
  single('body_too_large', 'before the signature', (probe) =>
    announced(draftOf(probe.event({ body: tooLarge }), { secret: 'fsk_wrong' })),
  ),
  single('idempotency_key_required', 'before the signature', (probe) =>
    draftOf(probe.event({ idempotencyKey: undefined }), { secret: 'fsk_wrong' }),
  ),
  single('header_invalid', 'an idempotency key before the signature', (probe) =>
    draftOf(probe.event({ idempotencyKey: 'two words' }), { secret: 'fsk_wrong' }),
  ),
  single('signature_invalid', 'before the timestamp', (probe) =>
    draftOf(probe.event({ timestamp: probe.timestamp(-999) }), { secret: 'fsk_wrong' }),
  ),
  single('signature_invalid', 'before the body', (probe) =>
    draftOf(probe.event({ body: Buffer.from('{') }), { secret: 'fsk_wrong' }),
  ),
  single('json_invalid', 'before the tenant', (probe) =>
    draftOf(probe.event({ body: Buffer.concat([probe.eventBody(foreign(probe)), Buffer.from(']')]) })),
  ),
  single('body_invalid', 'before the tenant', (probe) =>
    draftOf(probe.event({ body: probe.eventBody({ ...foreign(probe), extra: 1 }) })),
  ),
];

export const orderCases: readonly Case[] = [
  ...pairs,
  afterUse('timestamp_skewed', 'before the nonce', ({ nonce }, probe) =>
    probe.event({ nonce, timestamp: probe.timestamp(-999) }),
  ),
  afterUse('nonce_replayed', 'before the idempotency key', ({ nonce, idempotencyKey }, probe) =>
    probe.event({ nonce, idempotencyKey }),
  ),
  afterUse('nonce_replayed', 'before the body', ({ nonce }, probe) => probe.event({ nonce, body: Buffer.from('{') })),
  afterUse('idempotency_key_reused', 'before the JSON', ({ idempotencyKey }, probe) =>
    probe.event({ idempotencyKey, body: Buffer.from('{') }),
  ),
  afterUse('idempotency_key_reused', 'before the tenant', ({ idempotencyKey }, probe) =>
    probe.event({ idempotencyKey, body: probe.eventBody(foreign(probe)) }),
  ),
];

function afterUse(
  code: 'timestamp_skewed' | 'nonce_replayed' | 'idempotency_key_reused',
  name: string,
  next: (used: Parts, probe: Probe) => Parts,
): Case {
  return {
    code,
    name,
    async run(probe) {
      const used = probe.event();
      await probe.expect(draftOf(used), 'accepted');
      await probe.expect(draftOf(next(used, probe)), code);
    },
  };
}
