import type { Case } from '../case.ts';
import { draftOf, type Parts } from '../draft.ts';
import type { Reply } from '../exchange.ts';
import { demand, judge } from '../judge.ts';
import type { Probe } from '../probe.ts';

const duplicates = 10;

export const idempotencyCases: readonly Case[] = [
  {
    code: 'replay',
    name: 'a repeat gets the first answer again, byte for byte',
    async run(probe) {
      const { parts, reply } = await accepted(probe);
      sameAnswer(reply, await probe.expect(draftOf(again(probe, parts)), 'accepted'));
    },
  },
  {
    code: 'replay',
    name: 'a repeat signed in the other version is the same request',
    async run(probe) {
      const { parts, reply } = await accepted(probe);
      sameAnswer(reply, await probe.expect(draftOf({ ...again(probe, parts), version: 1 }), 'accepted'));
    },
  },
  {
    code: 'replay',
    name: 'a repeat of usage',
    async run(probe) {
      const parts = probe.usage();
      const reply = await probe.expect(draftOf(parts), 'accepted');
      sameAnswer(reply, await probe.expect(draftOf(again(probe, parts)), 'accepted'));
    },
  },
  {
    code: 'replay',
    name: 'a repeat under another key of the tenant is the same request',
    needs: 'eventsOnly',
    async run(probe) {
      const { parts, reply } = await accepted(probe);
      sameAnswer(
        reply,
        await probe.expect(draftOf({ ...again(probe, parts), ...probe.special.eventsOnly }), 'accepted'),
      );
    },
  },
  {
    code: 'idempotency_key_reused',
    name: 'another body',
    async run(probe) {
      const { parts, reply } = await accepted(probe);
      await probe.expect(draftOf({ ...again(probe, parts), body: probe.eventBody() }), 'idempotency_key_reused');
      sameAnswer(reply, await probe.expect(draftOf(again(probe, parts)), 'accepted'));
    },
  },
  {
    code: 'idempotency_key_reused',
    name: 'one space more is another body',
    async run(probe) {
      const { parts } = await accepted(probe);
      const body = Buffer.concat([parts.body, Buffer.from(' ')]);
      await probe.expect(draftOf({ ...again(probe, parts), body }), 'idempotency_key_reused');
    },
  },
  {
    code: 'idempotency_key_reused',
    name: 'the other route',
    async run(probe) {
      const { parts } = await accepted(probe);
      await probe.expect(draftOf(probe.usage({ idempotencyKey: parts.idempotencyKey })), 'idempotency_key_reused');
    },
  },
  {
    code: 'idempotency_key_reused',
    name: 'after a refusal the key is free again',
    async run(probe) {
      const refused = probe.event({ body: Buffer.from('{}') });
      await probe.expect(draftOf(refused), 'body_invalid');
      const reply = await probe.expect(draftOf({ ...again(probe, refused), body: probe.eventBody() }), 'accepted');
      demand(!reply.headers.has('idempotency-replayed'), 'a refusal was stored');
    },
  },
  {
    code: 'idempotency_in_flight',
    name: `of ${duplicates} at once none is accepted twice`,
    async run(probe) {
      const parts = probe.event();
      const drafts = Array.from({ length: duplicates }, () => draftOf(again(probe, parts)));
      const replies = await Promise.all(drafts.map((draft) => probe.send(draft)));
      for (const reply of replies) judge(reply, ['accepted', 'idempotency_in_flight']);
      const ids = new Set(replies.filter(({ status }) => status === 200).map(({ body }) => body?.['id']));
      demand(ids.size === 1, `${ids.size} ids were answered`);
    },
  },
];

async function accepted(probe: Probe): Promise<{ parts: Parts; reply: Reply }> {
  const parts = probe.event();
  return { parts, reply: await probe.expect(draftOf(parts), 'accepted') };
}

/** The same request as a client sends it again: new nonce and timestamp. */
function again(probe: Probe, parts: Parts): Parts {
  const { nonce, timestamp } = probe.event();
  return { ...parts, nonce, timestamp };
}

function sameAnswer(first: Reply, repeated: Reply) {
  demand(repeated.text === first.text, `the answer differs: ${repeated.text} after ${first.text}`);
  demand(repeated.headers.get('idempotency-replayed') === 'true', 'idempotency-replayed is not true');
  demand(!first.headers.has('idempotency-replayed'), 'the first answer says that it is a repeat');
}
