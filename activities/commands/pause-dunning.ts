import type pg from 'pg';
import { isOpen } from '#domain/billing/dunning';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { parseInstant, type EpochMs } from '#domain/instants';
import { note, putInvoice } from '../collection/book.ts';
import { instantText } from '../instant-text.ts';
import { pauseDunning as holdRetries } from '../collection/pause-dunning.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/** Slots pass the case over from now on, up to an instant where one is told. Key: the case. */
export async function pauseDunning(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'pause_dunning'>,
): Promise<Done | Refusal> {
  const until = body.until === undefined ? undefined : parseInstant(body.until);
  if (until !== undefined && until <= command.at) return refusal('not_ahead');
  return setPaused(client, command, body, 'dunning.paused', until);
}

/** Slots look at the case again, and make what was missed, one a day. Key: the case. */
export function resumeDunning(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'resume_dunning'>) {
  return setPaused(client, command, body, 'dunning.resumed');
}

async function setPaused(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'resume_dunning'>,
  action: 'dunning.paused' | 'dunning.resumed',
  until?: EpochMs,
): Promise<Done | Refusal> {
  const { orgId, at, reason } = command;
  const { invoiceId } = body;
  const decided = await onInvoice(client, command, body, (book, standing) => {
    if (!standing.dunning || !isOpen(standing.dunning)) return refusal('no_case');
    // Another version from now on: who saw the invoice before this does not order the other over it.
    putInvoice(book, standing, standing.invoice);
    const told = until === undefined ? {} : { until: instantText(until) };
    note(book, standing, action, { reason, ...told });
    return { invoiceId, ...told };
  });
  return whenDone(decided, async (result) => {
    await holdRetries(client, { orgId, invoiceId }, action === 'dunning.paused' ? at : undefined, until);
    return { result };
  });
}
