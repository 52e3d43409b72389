import { single, type Case } from '../case.ts';
import { draftOf, type Draft } from '../draft.ts';
import type { Probe } from '../probe.ts';
import { json } from '../requests.ts';

const eventBytesMax = 256 * 1024;
const usageBytesMax = 1024 * 1024;

const event =
  (bytes: number) =>
  (probe: Probe): Draft =>
    draftOf(probe.event({ body: padded(probe.eventBody(), bytes) }));
const usage =
  (bytes: number) =>
  (probe: Probe): Draft =>
    draftOf(probe.usage({ body: padded(json([probe.usageRow()]), bytes) }));
/** Neither is ever sent whole: a gateway that waits for the end before it refuses does not pass. */
const announced =
  (draft: (probe: Probe) => Draft) =>
  (probe: Probe): Draft => ({ ...draft(probe), framing: 'announced' });
const chunked =
  (draft: (probe: Probe) => Draft) =>
  (probe: Probe): Draft => ({ ...draft(probe), framing: 'chunked' });

export const bodyLimitCases: readonly Case[] = [
  single('accepted', 'an event of 256 KiB', event(eventBytesMax)),
  single('accepted', 'usage of 1 MiB', usage(usageBytesMax)),
  single('body_too_large', 'an event announced one byte over 256 KiB', announced(event(eventBytesMax + 1))),
  single('body_too_large', 'an event in chunks, one byte over 256 KiB', chunked(event(eventBytesMax + 1))),
  single('body_too_large', 'usage announced one byte over 1 MiB', announced(usage(usageBytesMax + 1))),
  single('body_too_large', 'usage in chunks, one byte over 1 MiB', chunked(usage(usageBytesMax + 1))),
  single('body_too_large', 'a body on a GET', (probe) =>
    draftOf(probe.state('evt_AAAAAAAAAAAAAAAAAAAAAAAAAAA', { body: Buffer.from('x') })),
  ),
];

function padded(body: Buffer, bytes: number) {
  return Buffer.concat([body, Buffer.alloc(bytes - body.length, ' ')]);
}
