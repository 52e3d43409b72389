import { z } from 'zod';
import type { NoticeChannel } from './channel.ts';
import { createLogChannel } from './log-channel.ts';
import { createSmtpChannel } from './smtp-channel.ts';

const environment = z.object({
  NOTICE_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  NOTICE_FROM: z.string().min(3).optional(),
  NOTICE_TO: z.string().min(3).optional(),
});

/**
 * The channels that the environment names: the log always, mail where there is a server for it.
 * @throws with the names of the variables that are missing or malformed
 */
export function createNotify(
  env: Readonly<Record<string, string | undefined>>,
  log: { info(fields: object, message: string): void },
): NoticeChannel[] {
  const read = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!read.success) {
    const names = new Set(read.error.issues.map((issue) => issue.path.join('.')));
    throw new Error(`malformed in the environment: ${[...names].join(', ')}`);
  }
  const { NOTICE_SMTP_URL: url, NOTICE_FROM: from, NOTICE_TO: fallbackTo } = read.data;
  if (url === undefined) return [createLogChannel(log)];
  if (from === undefined || fallbackTo === undefined)
    throw new Error('missing in the environment: NOTICE_FROM and NOTICE_TO go with NOTICE_SMTP_URL');
  return [createLogChannel(log), createSmtpChannel({ url, from, fallbackTo })];
}
