'use client';

import { useEffect, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { messages } from '../../messages/en.ts';

type Problem = 'refused' | 'limited' | 'unavailable';

/** Posts itself by script, and by the browser where there is none. */
export function SignInForm({ next, problem: told }: { readonly next: string; readonly problem: Problem | undefined }) {
  const [problem, setProblem] = useState<Problem | undefined>(told);
  const [isBusy, setBusy] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem) email.current?.focus();
  }, [problem]);
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    const answer = await post(new FormData(event.currentTarget));
    if (answer.isIn) return location.assign(next);
    setProblem(answer.problem);
    return setBusy(false);
  };
  return (
    <form action="/sign-in/submit" method="post" onSubmit={submit} className="flex flex-col gap-4" noValidate>
      <input type="hidden" name="next" value={next} />
      {problem && (
        <p id="sign-in-problem" role="alert" className="rounded-control bg-bad-soft px-3 py-2 text-bad-text">
          {messages.signIn[problem]}
        </p>
      )}
      <label className="flex flex-col gap-1.5 font-medium">
        {messages.signIn.email}
        <input
          ref={email}
          className="field font-normal"
          type="email"
          name="email"
          autoComplete="username"
          maxLength={320}
          required
          autoFocus
          aria-invalid={problem === 'refused'}
          aria-describedby={problem ? 'sign-in-problem' : undefined}
        />
      </label>
      <label className="flex flex-col gap-1.5 font-medium">
        {messages.signIn.password}
        <input
          className="field font-normal"
          type="password"
          name="password"
          autoComplete="current-password"
          maxLength={1024}
          required
          aria-invalid={problem === 'refused'}
          aria-describedby={problem ? 'sign-in-problem' : undefined}
        />
      </label>
      <button type="submit" className="button button-primary" disabled={isBusy}>
        {isBusy ? messages.signIn.submitting : messages.signIn.submit}
      </button>
    </form>
  );
}

async function post(
  form: FormData,
): Promise<{ readonly isIn: true } | { readonly isIn: false; readonly problem: Problem }> {
  try {
    const response = await fetch('/sign-in/submit', {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json' },
    });
    if (response.ok) return { isIn: true };
    if (response.status === 429) return { isIn: false, problem: 'limited' };
    return { isIn: false, problem: response.status === 401 || response.status === 400 ? 'refused' : 'unavailable' };
  } catch {
    return { isIn: false, problem: 'unavailable' };
  }
}
