'use client';

import { useEffect, useRef } from 'react';
import type { SubmitEvent } from 'react';
import { messages } from '../../../messages/en.ts';
import { paths } from '../../../paths.ts';
import type { SignInProblem } from '../answers.ts';
import { Problem } from '../problem.tsx';
import { useSignIn } from '../use-sign-in.ts';

interface CodeFormProps {
  readonly kind: 'code' | 'recovery';
  readonly next: string;
  readonly problem: SignInProblem | undefined;
}

const copy = messages.security.secondStep;

export function CodeForm({ kind, next, problem: told }: CodeFormProps) {
  const { problem, isBusy, send } = useSignIn(told);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem) code.current?.select();
  }, [problem]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(paths.secondStepSubmit, new FormData(event.currentTarget));
  };
  return (
    <form action={paths.secondStepSubmit} method="post" onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <input type="hidden" name="next" value={next} />
      <input type="hidden" name="kind" value={kind} />
      <Problem text={problem && copy[problem]} />
      <div className="flex flex-col gap-1.5">
        <label htmlFor="second-step-code" className="font-medium">
          {copy[kind]}
        </label>
        <input
          ref={code}
          id="second-step-code"
          className="field num"
          name="code"
          inputMode={kind === 'code' ? 'numeric' : 'text'}
          autoComplete="one-time-code"
          maxLength={kind === 'code' ? 9 : 40}
          required
          autoFocus
          aria-invalid={problem === 'refused'}
          aria-describedby={problem ? 'sign-in-problem second-step-hint' : 'second-step-hint'}
        />
        <p id="second-step-hint" className="text-caption text-fg-3">
          {kind === 'code' ? copy.codeHint : copy.recoveryHint}
        </p>
      </div>
      <button type="submit" className="button button-primary" disabled={isBusy}>
        {isBusy ? copy.submitting : copy.submit}
      </button>
    </form>
  );
}
