'use client';

import { startAuthentication } from '@simplewebauthn/browser';
import { KeyRound } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { SyntheticEvent } from 'react';
import { askProof, prove } from '../auth/step-up-actions.ts';
import { messages } from '../messages/en.ts';
import { paths } from '../paths.ts';
import { Field } from './actions/confirm-dialog.tsx';
import { FormButtons } from './actions/form-buttons.tsx';
import { Dialog } from './dialog.tsx';

type Ways = Extract<Awaited<ReturnType<typeof askProof>>, { readonly ok: true }>['value'];
type Problem = 'refused' | 'limited' | 'failed';

const words = messages.security.stepUp;

/** Takes the proof that the member can give: a passkey or a code, or the password where there is no second factor. */
export default function StepUpForm({ onEnd }: { readonly onEnd: (isProven: boolean) => void }) {
  const ways = useWays();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const send = async (proof: Parameters<typeof prove>[0]) => {
    setBusy(true);
    const result = await prove(proof).catch(() => undefined);
    setBusy(false);
    if (result?.ok && result.value.status === 'proven') return onEnd(true);
    return setProblem(result?.ok && result.value.status !== 'proven' ? result.value.status : 'failed');
  };
  const byPasskey = async () => {
    if (ways === 'failed' || !ways?.passkey) return;
    const answer = await startAuthentication({ optionsJSON: ways.passkey }).catch(() => undefined);
    if (answer) await send({ kind: 'passkey', answer });
  };
  const hasForm = ways !== 'failed' && ways !== undefined && (ways.hasPassword || ways.hasCode);
  const isStuck = ways === 'failed' || (ways !== undefined && !hasForm && !ways.passkey);
  return (
    <Dialog title={words.title} text={words.text} onClose={() => onEnd(false)}>
      <div className="flex flex-col gap-4 px-5 pt-4 pb-4 empty:pt-4 empty:pb-0" aria-busy={ways === undefined}>
        {ways !== undefined && ways !== 'failed' && ways.passkey && (
          <button type="button" className="button self-start" disabled={isBusy} onClick={() => void byPasskey()}>
            <KeyRound size={16} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
            {words.passkey}
          </button>
        )}
        {!hasForm && problem && (
          <p role="alert" className="text-bad-text">
            {words.problems[problem]}
          </p>
        )}
        {isStuck && <SignInAgain />}
      </div>
      {hasForm && (
        <Secret isCode={ways.hasCode} isBusy={isBusy} problem={problem} onSend={send} onClose={() => onEnd(false)} />
      )}
    </Dialog>
  );
}

function useWays(): Ways | 'failed' | undefined {
  const [ways, setWays] = useState<Ways | 'failed'>();
  useEffect(() => {
    let isShown = true;
    void askProof({}).then(
      (result) => isShown && setWays(result.ok ? result.value : 'failed'),
      () => isShown && setWays('failed'),
    );
    return () => {
      isShown = false;
    };
  }, []);
  return ways;
}

interface SecretProps {
  readonly isCode: boolean;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  readonly onSend: (proof: Parameters<typeof prove>[0]) => Promise<void>;
  readonly onClose: () => void;
}

function Secret({ isCode, isBusy, problem, onSend, onClose }: SecretProps) {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  // It comes after the dialog, which has the focus by then; and what was wrong is told again.
  useEffect(() => {
    if (!isBusy) input.current?.focus();
  }, [isBusy]);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (text !== '') void onSend(isCode ? { kind: 'code', code: text } : { kind: 'password', password: text });
  };
  return (
    <form noValidate onSubmit={submit}>
      <div className="px-5 pb-4">
        <Field label={isCode ? words.code : words.password} error={problem && words.problems[problem]}>
          {(field) => (
            <input
              {...field}
              ref={input}
              className="field num"
              type={isCode ? 'text' : 'password'}
              inputMode={isCode ? 'numeric' : 'text'}
              autoComplete={isCode ? 'one-time-code' : 'current-password'}
              maxLength={isCode ? 9 : 1_024}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </div>
      <FormButtons confirm={words.confirm} isSending={isBusy} isDisabled={text === ''} onClose={onClose} />
    </form>
  );
}

function SignInAgain() {
  return (
    <form action={paths.signOut} method="post" className="flex flex-col gap-3">
      <p>{words.again}</p>
      <button type="submit" className="button">
        {words.signOut}
      </button>
    </form>
  );
}
