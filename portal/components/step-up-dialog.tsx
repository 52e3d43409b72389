'use client';

import { lazy, Suspense, useEffect, useState } from 'react';
import { answerProofs } from './actions/proof.ts';

const Form = lazy(() => import('./step-up-form.tsx'));

/** Stands in the shell: opens whenever an action needs to know again who is there, and tells it whether it was told. */
export function StepUpDialog() {
  const [answer, setAnswer] = useState<{ readonly tell: (isProven: boolean) => void }>();
  useEffect(() => answerProofs(() => new Promise<boolean>((resolve) => setAnswer({ tell: resolve }))), []);
  if (!answer) return null;
  const end = (isProven: boolean) => {
    setAnswer(undefined);
    answer.tell(isProven);
  };
  return (
    <Suspense fallback={null}>
      <Form onEnd={end} />
    </Suspense>
  );
}
