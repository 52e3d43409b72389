'use client';

import { RotateCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { CopyButton } from '../../../../components/copy-button.tsx';
import { Dialog } from '../../../../components/dialog.tsx';
import { CodeBlock } from '../../../../components/panel/code-block.tsx';
import { keys } from '../../../../messages/en-keys.ts';
import { signatureValidS, signedCurl } from './sign-curl.ts';

export interface ShownSecret {
  readonly keyId: string;
  readonly secret: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly gatewayUrl: string;
  readonly isRotated: boolean;
}

const words = keys.secret;

/** The only time that a secret is seen: no click beside the dialog and no Esc takes it away. It lives in this component alone. */
export function SecretDialog({ secret, onStored }: { readonly secret: ShownSecret; readonly onStored: () => void }) {
  return (
    <Dialog
      title={secret.isRotated ? words.rotatedTitle : words.title}
      text={words.text}
      width="wide"
      isSticky
      onClose={() => undefined}
    >
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2">
          <dt className="text-fg-2">{words.keyId}</dt>
          <dd className="flex items-center gap-1">
            <code className="font-mono text-code wrap-anywhere">{secret.keyId}</code>
            <CopyButton text={secret.keyId} what={words.keyId.toLowerCase()} />
          </dd>
          <dt className="text-fg-2">{words.secret}</dt>
          <dd className="flex flex-wrap items-center gap-2">
            <code
              data-secret=""
              className="min-w-0 rounded-control bg-sunken px-2 py-1 font-mono text-code wrap-anywhere"
            >
              {secret.secret}
            </code>
            <CopyButton text={secret.secret} what={words.whatSecret} label={words.copySecret} />
          </dd>
        </dl>
        <FirstRequest secret={secret} />
      </div>
      <div className="flex justify-end border-t border-line px-5 py-3">
        <button type="button" className="button button-primary" onClick={onStored}>
          {words.stored}
        </button>
      </div>
    </Dialog>
  );
}

function FirstRequest({ secret }: { readonly secret: ShownSecret }) {
  const [signed, setSigned] = useState<{ readonly command: string; readonly atMs: number }>();
  const [nowMs, setNowMs] = useState(0);
  const sign = useCallback(async () => {
    const atMs = Date.now();
    setSigned({ command: await signedCurl({ ...secret, atMs }), atMs });
    setNowMs(atMs);
  }, [secret]);
  useEffect(() => {
    void sign();
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [sign]);
  const leftS = signed ? Math.max(0, signatureValidS - Math.floor((nowMs - signed.atMs) / 1_000)) : 0;
  return (
    <section className="flex flex-col gap-2" aria-label={words.try}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{words.try}</h3>
        <button type="button" className="button button-small" onClick={() => void sign()}>
          <RotateCw size={14} strokeWidth={1.75} aria-hidden="true" />
          {words.sign}
        </button>
      </div>
      <p className="text-fg-2">
        {words.tryText}{' '}
        <span className={`num ${leftS > 0 ? '' : 'text-warn-text'}`}>
          {leftS > 0 ? words.valid(leftS) : words.expired}
        </span>
      </p>
      {signed && (
        <CodeBlock label={words.try} text={signed.command}>
          {signed.command}
        </CodeBlock>
      )}
    </section>
  );
}
