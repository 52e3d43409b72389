'use client';

import { startAuthentication } from '@simplewebauthn/browser';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { useSignIn } from './use-sign-in.ts';

/** Asks the device for a passkey. Whoever closes its dialog has changed their mind, and is told nothing worse. */
export function PasskeyButton({ next, label }: { readonly next: string; readonly label: string }) {
  const { problem, isBusy, setBusy, send } = useSignIn(undefined);
  const [isCanceled, setCanceled] = useState(false);
  const sign = async () => {
    setCanceled(false);
    setBusy(true);
    const answer = await askDevice().catch(() => undefined);
    if (answer) return send(paths.passkeySignIn, JSON.stringify({ answer, next }));
    setCanceled(true);
    return setBusy(false);
  };
  const said = problem === undefined ? undefined : sayings[problem];
  return (
    <div className="flex flex-col gap-2">
      <button type="button" className="button" disabled={isBusy} onClick={() => void sign()}>
        <KeyRound size={16} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
        {label}
      </button>
      <p role="status" className="text-caption text-bad-text empty:hidden">
        {isCanceled ? messages.security.passkeyNone : said}
      </p>
    </div>
  );
}

const sayings = {
  refused: messages.security.passkeyRefused,
  limited: messages.signIn.limited,
  unavailable: messages.signIn.unavailable,
};

async function askDevice() {
  const response = await fetch(paths.passkeyQuestion, { method: 'POST' });
  if (!response.ok) return undefined;
  return startAuthentication({ optionsJSON: await response.json() });
}
