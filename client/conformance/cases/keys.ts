import { single, type Case } from '../case.ts';
import { draftOf, type Draft } from '../draft.ts';
import { demand, Mismatch, type Wanted } from '../judge.ts';
import type { Probe, SpecialKey } from '../probe.ts';

const burstMax = 300;

const withKey = (needs: SpecialKey, draft: (probe: Probe) => Draft, code: Wanted, name: string): Case => ({
  needs,
  ...single(code, name, (probe) =>
    draft({
      ...probe,
      event: (changes) => probe.event({ ...probe.special[needs], ...changes }),
      usage: (changes) => probe.usage({ ...probe.special[needs], ...changes }),
    }),
  ),
});
const event = (probe: Probe) => draftOf(probe.event());
const usage = (probe: Probe) => draftOf(probe.usage());
const late = (probe: Probe) => draftOf(probe.event({ timestamp: probe.timestamp(-999) }));
const forged = (probe: Probe) => draftOf(probe.event(), { secret: 'fsk_wrong' });

export const keyCases: readonly Case[] = [
  {
    code: 'accepted',
    name: 'a signed answer tells the rate limit',
    async run(probe) {
      const { headers } = await probe.expect(event(probe), 'accepted');
      demand(
        /;q=[0-9]+;w=[0-9]+/.test(headers.get('ratelimit-policy') ?? ''),
        'RateLimit-Policy is absent or malformed',
      );
      demand(/;r=[0-9]+;t=[0-9]+/.test(headers.get('ratelimit') ?? ''), 'RateLimit is absent or malformed');
    },
  },
  withKey('disabled', event, 'key_disabled', 'a disabled key'),
  withKey('disabled', late, 'key_disabled', 'before the timestamp'),
  withKey('disabled', forged, 'signature_invalid', 'a disabled key is not told to a stranger'),
  withKey('expired', event, 'key_expired', 'an expired key'),
  withKey('expired', late, 'key_expired', 'before the timestamp'),
  withKey('expired', forged, 'signature_invalid', 'an expired key is not told to a stranger'),
  withKey('eventsOnly', event, 'accepted', 'a key for events sends an event'),
  withKey('eventsOnly', usage, 'scope_denied', 'a key for events sends usage'),
  withKey(
    'eventsOnly',
    (probe) => draftOf(probe.usage({ timestamp: probe.timestamp(-999) })),
    'scope_denied',
    'before the timestamp',
  ),
  withKey('refusesV1', event, 'accepted', 'a key that refuses version 1 takes version 2'),
  withKey(
    'refusesV1',
    (probe) => draftOf(probe.event({ version: 1 })),
    'signature_invalid',
    'a key that refuses version 1',
  ),
  withKey('rotated', event, 'accepted', 'the current secret of a rotated key'),
  withKey(
    'rotated',
    (probe) => {
      const { previousSecret: secret } = probe.special.rotated ?? {};
      if (secret === undefined) throw new Mismatch('the key "rotated" was given without its previousSecret');
      return draftOf(probe.event({ secret }));
    },
    'accepted',
    'the previous secret of a rotated key',
  ),
  {
    code: 'rate_limited',
    name: 'a key over its burst, and what was refused may come again as it was',
    needs: 'limited',
    async run(probe) {
      for (let sent = 0; sent < burstMax; sent += 1) {
        const draft = draftOf(probe.event({ ...probe.special.limited }));
        const reply = await probe.expect(draft, 'accepted', 'rate_limited');
        if (reply.status === 200) continue;
        demand(/;r=0;/.test(reply.headers.get('ratelimit') ?? ''), 'RateLimit does not say that nothing is left');
        await new Promise((resolve) => setTimeout(resolve, Number(reply.headers.get('retry-after')) * 1_000));
        await probe.expect(draft, 'accepted');
        return;
      }
      demand(false, `${burstMax} requests were not too many: give it a smaller burst`);
    },
  },
];
