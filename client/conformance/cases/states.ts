import { setTimeout as sleep } from 'node:timers/promises';
import { single, type Case } from '../case.ts';
import { draftOf, withHeader, without } from '../draft.ts';
import type { Reply } from '../exchange.ts';
import { demand } from '../judge.ts';
import type { Probe } from '../probe.ts';

const members = new Set(['ok', 'id', 'type', 'status', 'receivedAt', 'appliedAt', 'rejection', 'workflowId']);
const looksMax = 30;
const lookEveryMs = 1_000;
const unknownId = 'evt_AAAAAAAAAAAAAAAAAAAAAAAAAAA';

export const stateCases: readonly Case[] = [
  {
    code: 'state',
    name: 'of an event and of a usage request',
    async run(probe) {
      const event = await acceptedId(probe, await probe.expect(draftOf(probe.event()), 'accepted'));
      judgeState(event.reply, event.id, 'lead.created');
      const usage = await acceptedId(probe, await probe.expect(draftOf(probe.usage()), 'accepted'));
      judgeState(usage.reply, usage.id);
    },
  },
  {
    code: 'state',
    name: 'signed in either version, with a query string that is signed, and with an idempotency key that means nothing',
    async run(probe) {
      const { id } = await acceptedId(probe, await probe.expect(draftOf(probe.event()), 'accepted'));
      judgeState(await probe.send(draftOf(probe.state(id, { version: 1 }))), id);
      judgeState(await probe.send(draftOf(probe.state(id, { target: `/api/federation/events/${id}?a=%62` }))), id);
      judgeState(await probe.send(withHeader(draftOf(probe.state(id)), 'x-idempotency-key', 'ignored')), id);
    },
  },
  {
    code: 'state',
    name: 'Prefer: wait answers with the status, and the state agrees',
    async run(probe) {
      const { body } = await probe.expect(withHeader(draftOf(probe.event()), 'prefer', 'wait=5'), 'accepted');
      const status = body?.['status'];
      demand(status === 'applied' || status === 'accepted', `the answer says ${String(status)}`);
      const state = await probe.send(draftOf(probe.state(String(body?.['id']))));
      judgeState(state, String(body?.['id']));
      demand(
        status === 'accepted' || state.body?.['status'] === 'applied',
        'applied in the answer, and not in the state',
      );
    },
  },
  {
    code: 'state',
    name: 'what can never be applied is rejected with its reason',
    async run(probe) {
      const data = { invoiceId: `conformance-${probe.event().nonce}`, refundId: 'R', amountMinor: 1, currency: 'EUR' };
      const draft = draftOf(probe.event({ body: probe.eventBody({ type: 'invoice.refunded', data }) }));
      const { id } = await acceptedId(probe, await probe.expect(withHeader(draft, 'prefer', 'wait=5'), 'accepted'));
      const state = await decidedState(probe, id);
      demand(state.body?.['status'] === 'rejected', `a refund of nothing is ${String(state.body?.['status'])}`);
      demand(state.body?.['rejection'] !== undefined, 'a rejected event has no rejection');
    },
  },
  ...['wait=0', 'wait=11', 'wait=x', 'respond-async'].map((value): Case => ({
    code: 'accepted',
    name: `Prefer: ${value} is ignored`,
    async run(probe) {
      const { body } = await probe.expect(withHeader(draftOf(probe.event()), 'prefer', value), 'accepted');
      demand(body?.['status'] === undefined, 'the answer has a status that nobody asked for');
    },
  })),
  single('not_found', 'the state of an unknown id', (probe) => draftOf(probe.state(unknownId))),
  single('not_found', 'the state of an id of another shape', (probe) => draftOf(probe.state('1'))),
  single('header_missing', 'a state without a signature', (probe) =>
    without(draftOf(probe.state(unknownId)), 'x-signature'),
  ),
  single('signature_invalid', 'a state whose query string was changed on the way', (probe) =>
    draftOf(probe.state(unknownId, { target: `/api/federation/events/${unknownId}?a=1` }), {
      target: `/api/federation/events/${unknownId}?a=2`,
    }),
  ),
  single('timestamp_skewed', 'a state asked for too late', (probe) =>
    draftOf(probe.state(unknownId, { timestamp: probe.timestamp(-999) })),
  ),
];

/** The books may be behind: the contract gives them time. */
async function decidedState(probe: Probe, id: string): Promise<Reply> {
  for (let looks = 1; ; looks += 1) {
    const state = await probe.send(draftOf(probe.state(id)));
    if (state.body?.['status'] !== 'accepted' || looks === looksMax) return state;
    await sleep(lookEveryMs);
  }
}

async function acceptedId(probe: Probe, { body }: Reply) {
  const id = String(body?.['id']);
  return { id, reply: await probe.send(draftOf(probe.state(id))) };
}

function judgeState({ status, body = {}, text }: Reply, id: string, type?: string) {
  demand(status === 200 && body['ok'] === true, `a state is answered with ${status} ${text.slice(0, 80)}`);
  demand(body['id'] === id, 'a state has another id');
  demand(type === undefined || body['type'] === type, `a state has the type ${String(body['type'])}`);
  demand(
    ['accepted', 'applied', 'rejected'].includes(String(body['status'])),
    `a state has the status ${String(body['status'])}`,
  );
  for (const name of ['receivedAt', 'workflowId']) demand(typeof body[name] === 'string', `a state has no ${name}`);
  const others = Object.keys(body).filter((name) => !members.has(name));
  demand(others.length === 0, `a state has members that the contract does not name: ${others.join(', ')}`);
}
