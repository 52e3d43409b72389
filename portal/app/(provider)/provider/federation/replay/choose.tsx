'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { Field } from '../../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { replays } from '../../../../../messages/en-replays.ts';
import { paths } from '../../../../../paths.ts';
import { planByFilterAction, planByIdsAction } from './actions.ts';

const words = replays.choose;

function useOpenRun() {
  const router = useRouter();
  return ({ runId }: { readonly runId: string }) => {
    router.push(listHref(paths.replayRun, new URLSearchParams({ run: runId })));
    return undefined;
  };
}

export function PlanButton({ params }: { readonly params: string }) {
  const { run, isPending } = useStaffAction(planByFilterAction, useOpenRun());
  return (
    <button
      type="button"
      data-palette=""
      className="button button-small button-primary"
      aria-disabled={isPending}
      onClick={() => isPending || void run({ params })}
    >
      {words.plan}
    </button>
  );
}

const eventIdPattern = /^evt_[A-Za-z0-9_-]{1,128}$/;

/** Ids as they come out of a mail or a table: a line, a comma or a blank between them; those that the address has are filled in. */
export function ChooseIds({ max }: { readonly max: number }) {
  const [text, setText] = useState('');
  const [hasTried, setTried] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const told = window.location.hash
      .slice(1)
      .split(',')
      .filter((id) => eventIdPattern.test(id));
    if (told.length === 0) return;
    setText(told.join('\n'));
    setOpen(true);
  }, []);
  const { run, isPending } = useStaffAction(planByIdsAction, useOpenRun());
  const ids = [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
  const wrong = problemOf(ids, max);
  const submit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    if (wrong || isPending) event.currentTarget.querySelector('textarea')?.focus();
    else void run({ ids });
  };
  return (
    <details
      className="group border-t border-line pt-3"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="w-fit rounded-nav font-medium hover:underline">{words.byIds}</summary>
      <form noValidate onSubmit={submit} className="mt-3 flex max-w-xl flex-col items-start gap-3">
        <div className="w-full">
          <Field label={words.idsLabel} error={hasTried ? wrong : undefined}>
            {(field) => (
              <>
                <textarea
                  {...field}
                  rows={4}
                  className="field h-auto py-1.5 font-mono text-code"
                  spellCheck={false}
                  value={text}
                  onChange={(event) => setText(event.target.value)}
                />
                <p className="text-caption text-fg-3">{words.idsHint}</p>
              </>
            )}
          </Field>
        </div>
        <button type="submit" className="button button-small" aria-disabled={isPending}>
          {words.plan}
        </button>
      </form>
    </details>
  );
}

function problemOf(ids: readonly string[], max: number): string | undefined {
  if (ids.length > max) return replays.tooManyIds;
  return ids.length === 0 || ids.some((id) => !eventIdPattern.test(id)) ? words.idsMissing : undefined;
}
