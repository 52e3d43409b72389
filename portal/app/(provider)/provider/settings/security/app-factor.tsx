'use client';

import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { ConfirmDialog, Field } from '../../../../../components/actions/confirm-dialog.tsx';
import { FormButtons } from '../../../../../components/actions/form-buttons.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { CopyButton } from '../../../../../components/copy-button.tsx';
import { Dialog } from '../../../../../components/dialog.tsx';
import type { QrPicture } from '../../../../../format/qr.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { confirmApp, dropFactor, offerApp } from './actions.ts';
import { CodesDialog } from './codes-dialog.tsx';

const copy = settings.security;

interface Offer {
  readonly picture: QrPicture;
  readonly secret: string;
  readonly sealed: string;
}

/** Adds an authenticator app, or takes it away. */
export function AppFactor({ isOn }: { readonly isOn: boolean }) {
  const [offer, setOffer] = useState<Offer>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [isRemoving, setRemoving] = useState(false);
  const { run: begin, isPending } = useStaffAction(offerApp, (told) => {
    setOffer(told);
    return undefined;
  });
  const { run: confirm } = useStaffAction(confirmApp, (told) => {
    setOffer(undefined);
    setCodes(told);
    return { title: copy.appAdded };
  });
  const { run: remove } = useStaffAction(dropFactor, () => ({ title: copy.appRemoved }));
  return (
    <>
      <button
        type="button"
        className="button button-small"
        aria-label={isOn ? copy.removeApp : copy.addApp}
        disabled={isPending}
        onClick={() => (isOn ? setRemoving(true) : void begin({}))}
      >
        {isOn ? copy.remove : copy.add}
      </button>
      {offer && (
        <OfferDialog
          offer={offer}
          onCode={(code) => confirm({ sealed: offer.sealed, code })}
          onClose={() => setOffer(undefined)}
        />
      )}
      {isRemoving && (
        <ConfirmDialog
          title={copy.removeAppTitle}
          text={copy.removeAppText}
          confirm={copy.remove}
          isBad
          onConfirm={() => remove({ kind: 'authenticator' })}
          onClose={() => setRemoving(false)}
        />
      )}
      {codes.length > 0 && <CodesDialog codes={codes} onClose={() => setCodes([])} />}
    </>
  );
}

interface OfferDialogProps {
  readonly offer: Offer;
  readonly onCode: (code: string) => Promise<boolean>;
  readonly onClose: () => void;
}

function OfferDialog({ offer: { picture, secret }, onCode, onClose }: OfferDialogProps) {
  const [code, setCode] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (code === '' || isBusy) return;
    setBusy(true);
    await onCode(code);
    setBusy(false);
  };
  return (
    <Dialog title={copy.addAppTitle} text={copy.addAppText} isSticky onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)} className="contents">
        <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4">
          <QrCode picture={picture} />
          <div className="flex items-center justify-center gap-1">
            <code className="font-mono text-code break-all text-fg-2">{secret.match(/.{1,4}/g)?.join(' ')}</code>
            <CopyButton text={secret} what={copy.secret} />
          </div>
          <Field label={copy.firstCode} error={undefined}>
            {(field) => (
              <input
                {...field}
                className="field num"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={9}
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
            )}
          </Field>
        </div>
        <FormButtons confirm={copy.turnOn} isSending={isBusy} isDisabled={code === ''} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** Dark on light whatever the pack: not every app reads the reverse. */
function QrCode({ picture: { size, path } }: { readonly picture: QrPicture }) {
  return (
    <svg
      data-theme="paper"
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={copy.qr}
      className="size-44 self-center rounded-control bg-surface"
    >
      <path d={path} fill="var(--fg)" />
    </svg>
  );
}
