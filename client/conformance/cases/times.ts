import { single, type Case } from '../case.ts';
import { draftOf } from '../draft.ts';
import type { Probe } from '../probe.ts';

const at = (offsetS: number) => (probe: Probe) => draftOf(probe.event({ timestamp: probe.timestamp(offsetS) }));

/** Some seconds inside or outside of the edges: the way there takes time, and the clocks are read in whole seconds. */
export const timeCases: readonly Case[] = [
  single('accepted', '297 s in the past', at(-297)),
  single('accepted', '297 s in the future', at(297)),
  single('timestamp_skewed', '303 s in the past', at(-303)),
  single('timestamp_skewed', '303 s in the future', at(303)),
  single('timestamp_skewed', 'a day in the past', at(-86_400)),
  single('timestamp_skewed', 'a year in the future', at(365 * 86_400)),
  {
    code: 'timestamp_skewed',
    name: 'a request refused for its time burns no nonce',
    async run(probe) {
      const parts = probe.event();
      await probe.expect(draftOf({ ...parts, timestamp: probe.timestamp(-303) }), 'timestamp_skewed');
      await probe.expect(draftOf(parts), 'accepted');
    },
  },
  {
    code: 'nonce_replayed',
    name: 'the same bytes again',
    async run(probe) {
      const draft = draftOf(probe.event());
      await probe.expect(draft, 'accepted');
      await probe.expect(draft, 'nonce_replayed');
    },
  },
  {
    code: 'nonce_replayed',
    name: 'a nonce again for another request',
    async run(probe) {
      const { nonce } = await used(probe);
      await probe.expect(draftOf(probe.event({ nonce })), 'nonce_replayed');
      await probe.expect(draftOf(probe.usage({ nonce })), 'nonce_replayed');
      await probe.expect(draftOf(probe.state('evt_AAAAAAAAAAAAAAAAAAAAAAAAAAA', { nonce })), 'nonce_replayed');
    },
  },
  {
    code: 'nonce_replayed',
    name: 'a nonce is not given back when the body was refused',
    async run(probe) {
      const parts = probe.event({ body: Buffer.from('{}') });
      await probe.expect(draftOf(parts), 'body_invalid');
      await probe.expect(draftOf({ ...parts, body: probe.eventBody() }), 'nonce_replayed');
    },
  },
];

async function used(probe: Probe) {
  const parts = probe.event();
  await probe.expect(draftOf(parts), 'accepted');
  return parts;
}
