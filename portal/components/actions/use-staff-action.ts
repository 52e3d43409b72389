'use client';

import { unstable_isUnrecognizedActionError, useRouter } from 'next/navigation';
import { useTransition } from 'react';
import type { OrderOutcome } from '../../actions/order-outcome.ts';
import { signedOut } from '../../auth/action-result.ts';
import type { ActionResult } from '../../auth/action-result.ts';
import { messages } from '../../messages/en.ts';
import { askForProof } from './proof.ts';
import { say } from './toast.ts';
import type { Said } from './toast.ts';

type Action<In, T> = (told: In) => Promise<ActionResult<T>>;

interface Runs<In> {
  /** Runs it, and tells whether it was done, or at least stored. `before` shows meanwhile what it will come to. */
  readonly run: (told: In, before?: () => void) => Promise<boolean>;
  readonly isPending: boolean;
}

/** Runs a Server Action: shows how it ends, asks who the member is where that is needed, and reads the page again. */
export function useStaffAction<In, T>(
  action: Action<In, T>,
  done: (value: T, told: In) => Said | undefined = () => undefined,
): Runs<In> {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const run = (told: In, before?: () => void) =>
    new Promise<boolean>((resolve) =>
      startTransition(async () => {
        before?.();
        const { isDone, said } = await attempt(action, told, done, () => router.refresh());
        if (said) say(said);
        if (isDone) router.refresh();
        resolve(isDone);
      }),
    );
  return { run, isPending };
}

interface Ended {
  readonly isDone: boolean;
  readonly said?: Said | undefined;
}

const words = messages.actions;

async function attempt<In, T>(
  action: Action<In, T>,
  told: In,
  done: (value: T, told: In) => Said | undefined,
  reload: () => void,
): Promise<Ended> {
  try {
    const first = await action(told);
    const isUnproven = !first.ok && first.refusal === 'step_up';
    const result = isUnproven && (await askForProof()) ? await action(told) : first;
    return result.ok ? ended(result.value, () => done(result.value, told), reload) : refused(result, reload);
  } catch (error) {
    if (error instanceof Error && error.message === signedOut)
      return refused({ ok: false, refusal: signedOut }, reload);
    if (unstable_isUnrecognizedActionError(error))
      return bad({ title: messages.states.outdated, link: reloading(() => window.location.reload()) });
    return bad({ title: words.noAnswer, text: words.noAnswerText, link: reloading(reload) });
  }
}

function ended(value: unknown, done: () => Said | undefined, reload: () => void): Ended {
  if (!isOutcome(value) || value.outcome === 'done') return { isDone: true, said: done() };
  if (value.outcome === 'pending')
    return { isDone: true, said: { title: words.waiting, text: words.waitingText, tone: 'info' } };
  const isConflict = value.code === 'changed_meanwhile';
  return bad({ title: value.because, ...(isConflict && { link: reloading(reload) }) });
}

function refused({ refusal, message }: ActionResult<never> & { readonly ok: false }, reload: () => void): Ended {
  const title = message ?? words.refusals[refusal];
  return bad({ title, ...(refusal === 'conflict' && { link: reloading(reload) }) });
}

function bad(said: Said): Ended {
  return { isDone: false, said: { ...said, tone: 'bad' } };
}

function reloading(onFollow: () => void) {
  return { label: messages.states.reload, onFollow };
}

function isOutcome(value: unknown): value is OrderOutcome {
  return typeof value === 'object' && value !== null && 'outcome' in value;
}
