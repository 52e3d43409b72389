import { patched, sleep } from '@temporalio/workflow';
import type { EventRef } from '#domain/ids';
import type { EventOutcome } from '#domain/outcomes';
import { handleEvent as asNow } from '#workflows/handle-event';

/** What handleEvent may become in a later release: a command more, behind a patch. */
export async function handleEvent(event: EventRef): Promise<EventOutcome> {
  const done = await asNow(event);
  if (patched('a-pause')) await sleep(1);
  return done;
}
