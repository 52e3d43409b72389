import type { Notice, NoticeChannel } from './channel.ts';

export interface SentBy {
  readonly sent: number;
  /** The names of the channels that failed. */
  readonly failed: readonly string[];
}

/**
 * Tells by all channels at once, or by those that are named alone: one that fails keeps no other from telling.
 * @param keyOf the notice's key on a channel, the same for every try
 */
export async function sendBy(
  channels: readonly NoticeChannel[],
  names: readonly string[] | undefined,
  notice: Notice,
  keyOf: (channel: string) => string,
): Promise<SentBy> {
  const asked = channels.filter(({ name }) => names?.includes(name) ?? true);
  const results = await Promise.allSettled(asked.map(async (one) => one.send({ ...notice, key: keyOf(one.name) })));
  const failed = asked.filter((_, index) => results[index]?.status === 'rejected').map(({ name }) => name);
  return { sent: asked.length - failed.length, failed };
}
