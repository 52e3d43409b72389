import type { NoticeChannel } from './channel.ts';

/** Writes notices as lines of the log: names of ours and the step, no address. */
export function createLogChannel(log: { info(fields: object, message: string): void }): NoticeChannel {
  return {
    name: 'log',
    async send({ key, kind, orgId, invoiceId, step }) {
      log.info({ key, kind, orgId, invoiceId, step }, 'dunning notice');
    },
  };
}
