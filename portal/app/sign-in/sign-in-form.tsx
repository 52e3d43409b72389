'use client';

import { useEffect, useRef } from 'react';
import type { SubmitEvent } from 'react';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import type { SignInProblem } from './answers.ts';
import { Problem } from './problem.tsx';
import { useSignIn } from './use-sign-in.ts';

interface SignInFormProps {
  readonly next: string;
  readonly problem: SignInProblem | undefined;
}

/** Posts itself by script, and by the browser where there is none. */
export function SignInForm({ next, problem: told }: SignInFormProps) {
  const { problem, isBusy, send } = useSignIn(told);
  const email = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem) email.current?.focus();
  }, [problem]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void send(paths.signInSubmit, new FormData(event.currentTarget));
  };
  const field = {
    required: true,
    className: 'field font-normal',
    'aria-invalid': problem === 'refused',
    'aria-describedby': problem ? 'sign-in-problem' : undefined,
  };
  return (
    <form action={paths.signInSubmit} method="post" onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <input type="hidden" name="next" value={next} />
      <Problem text={problem && messages.signIn[problem]} />
      <label className="flex flex-col gap-1.5 font-medium">
        {messages.signIn.email}
        <input {...field} ref={email} type="email" name="email" autoComplete="username" maxLength={320} autoFocus />
      </label>
      <label className="flex flex-col gap-1.5 font-medium">
        {messages.signIn.password}
        <input {...field} type="password" name="password" autoComplete="current-password" maxLength={1024} />
      </label>
      <button type="submit" className="button button-primary" disabled={isBusy}>
        {isBusy ? messages.signIn.submitting : messages.signIn.submit}
      </button>
    </form>
  );
}
