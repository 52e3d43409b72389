import type pg from 'pg';
import { isOpen } from '#domain/billing/dunning';
import { refusal, type Refusal } from '#domain/billing/refusals';
import type { StaffCommandBody } from '#domain/billing/staff-commands';
import { note } from '../collection/book.ts';
import { pauseDunning as holdRetries } from '../collection/pause-dunning.ts';
import type { Done, StaffCommand } from './command.ts';
import { onInvoice, whenDone } from './on-invoice.ts';

/** Slots pass the case over from now on. Key: the case. */
export function pauseDunning(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'pause_dunning'>) {
  return setPaused(client, command, body, 'dunning.paused');
}

/** Slots look at the case again; steps whose days have passed are used up. Key: the case. */
export function resumeDunning(client: pg.ClientBase, command: StaffCommand, body: StaffCommandBody<'resume_dunning'>) {
  return setPaused(client, command, body, 'dunning.resumed');
}

async function setPaused(
  client: pg.ClientBase,
  command: StaffCommand,
  body: StaffCommandBody<'pause_dunning'>,
  action: 'dunning.paused' | 'dunning.resumed',
): Promise<Done | Refusal> {
  const { orgId, at, reason } = command;
  const { invoiceId } = body;
  const decided = await onInvoice(client, command, body, (book, standing) => {
    if (!standing.dunning || !isOpen(standing.dunning)) return refusal('no_case');
    note(book, standing, action, { reason });
    return { invoiceId };
  });
  return whenDone(decided, async (result) => {
    await holdRetries(client, { orgId, invoiceId }, action === 'dunning.paused' ? at : undefined);
    return { result };
  });
}
