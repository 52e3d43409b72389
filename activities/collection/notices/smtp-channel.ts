import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { formatAmount } from './format-amount.ts';
import type { InvoiceNotice, Notice, NoticeChannel } from './channel.ts';

export interface SmtpOptions {
  /** `smtp://user:password@host:port`, or `smtps://`. */
  readonly url: string;
  readonly from: string;
  /** For orgs without an address of their own. */
  readonly fallbackTo: string;
}

const timeoutMs = 10_000;

/** Sends notices by mail. The message's id is made from the notice, so that a repeat can be told. */
export function createSmtpChannel({ url, from, fallbackTo }: SmtpOptions): NoticeChannel {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  return {
    name: 'smtp',
    async send(notice) {
      await transport.sendMail({
        from,
        to: notice.to ?? fallbackTo,
        subject: subjectOf(notice),
        text: textOf(notice),
        messageId: `<${createHash('sha256').update(notice.key).digest('hex').slice(0, 40)}@tributary.invalid>`,
      });
    },
  };
}

function nameOf({ invoiceNumber, invoiceId }: InvoiceNotice): string {
  return invoiceNumber === undefined ? invoiceId : `no. ${invoiceNumber}`;
}

function subjectOf(notice: Notice): string {
  switch (notice.kind) {
    case 'payment_failed':
      return `Payment of invoice ${nameOf(notice)} failed`;
    case 'retries_exhausted':
      return `Invoice ${nameOf(notice)} is still unpaid`;
    case 'dunning_ended':
      return `Invoice ${nameOf(notice)}: collection has ended`;
    case 'no_payment_method':
      return `Invoice ${nameOf(notice)} is due and there is no payment method`;
    case 'ai_allowance':
      return `${notice.level} % of the AI credits of ${notice.month} are used`;
  }
}

function textOf(notice: Notice): string {
  const about = `${subjectOf(notice)}.\n\nOrganisation: ${notice.orgName}\n`;
  if (notice.kind === 'ai_allowance') return `${about}Used so far: ${notice.credits} credits\n`;
  const due = `${formatAmount(notice.dueMinor, notice.currency)} ${notice.currency}`;
  return `${about}Still due: ${due}\n`;
}
