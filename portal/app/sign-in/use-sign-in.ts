'use client';

import { useState } from 'react';
import type { SignInProblem } from './answers.ts';

/** Sends a step of the sign-in by script, and goes where the answer says. */
export function useSignIn(told: SignInProblem | undefined) {
  const [problem, setProblem] = useState<SignInProblem | undefined>(told);
  const [isBusy, setBusy] = useState(false);
  const send = async (path: string, body: FormData | string) => {
    setBusy(true);
    setProblem(undefined);
    const answer = await post(path, body);
    if ('next' in answer) return location.assign(answer.next);
    setProblem(answer.problem);
    return setBusy(false);
  };
  return { problem, setProblem, isBusy, setBusy, send };
}

async function post(
  path: string,
  body: FormData | string,
): Promise<{ readonly next: string } | { readonly problem: SignInProblem }> {
  const type = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  try {
    const response = await fetch(path, { method: 'POST', body, headers: { accept: 'application/json', ...type } });
    const answer: unknown = await response.json();
    const next = typeof answer === 'object' && answer !== null && 'next' in answer ? answer.next : undefined;
    if (response.ok && typeof next === 'string') return { next };
    if (response.status === 429) return { problem: 'limited' };
    return { problem: response.status === 401 || response.status === 400 ? 'refused' : 'unavailable' };
  } catch {
    return { problem: 'unavailable' };
  }
}
