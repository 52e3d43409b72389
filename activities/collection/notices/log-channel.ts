import type { NoticeChannel } from './channel.ts';

/** Writes notices as lines of the log: names of ours and the step, no address. */
export function createLogChannel(log: { info(fields: object, message: string): void }): NoticeChannel {
  return {
    name: 'log',
    async send(notice) {
      const { key, kind, orgId } = notice;
      if (notice.kind === 'ai_allowance')
        // `level` is the line's own.
        log.info({ key, kind, orgId, month: notice.month, percent: notice.level }, 'AI allowance notice');
      else log.info({ key, kind, orgId, invoiceId: notice.invoiceId, step: notice.step }, 'dunning notice');
    },
  };
}
