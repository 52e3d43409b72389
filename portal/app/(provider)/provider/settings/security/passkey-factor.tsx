'use client';

import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'react';
import type { SyntheticEvent } from 'react';
import { ConfirmDialog, Field } from '../../../../../components/actions/confirm-dialog.tsx';
import { say } from '../../../../../components/actions/toast.ts';
import { FormButtons } from '../../../../../components/actions/form-buttons.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { Dialog } from '../../../../../components/dialog.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { messages } from '../../../../../messages/en.ts';
import { confirmPasskey, dropFactor, offerPasskey } from './actions.ts';
import { CodesDialog } from './codes-dialog.tsx';

const copy = settings.security;
type Options = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Adds a passkey of this device. */
export function PasskeyFactor({ suggestion }: { readonly suggestion: string }) {
  const [options, setOptions] = useState<Options>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { run: begin, isPending } = useStaffAction(offerPasskey, (told) => {
    setOptions(told);
    return undefined;
  });
  const { run: confirm } = useStaffAction(confirmPasskey, (told) => {
    setOptions(undefined);
    setCodes(told);
    return { title: copy.passkeyAdded };
  });
  const add = async (name: string) => {
    if (!options) return;
    const answer = await startRegistration({ optionsJSON: options }).catch(() => undefined);
    if (answer) await confirm({ answer, name });
    else say({ title: messages.security.passkeyNone, tone: 'bad' });
  };
  return (
    <>
      <button
        type="button"
        className="button button-small"
        aria-label={copy.addPasskey}
        disabled={isPending}
        onClick={() => void begin({})}
      >
        {copy.add}
      </button>
      {options && <NameDialog suggestion={suggestion} onName={add} onClose={() => setOptions(undefined)} />}
      {codes.length > 0 && <CodesDialog codes={codes} onClose={() => setCodes([])} />}
    </>
  );
}

interface NameDialogProps {
  readonly suggestion: string;
  readonly onName: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

function NameDialog({ suggestion, onName, onClose }: NameDialogProps) {
  const [name, setName] = useState(suggestion);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim() === '' || isBusy) return;
    setBusy(true);
    await onName(name);
    setBusy(false);
  };
  return (
    <Dialog title={copy.addPasskeyTitle} text={copy.addPasskeyText} onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)} className="contents">
        <div className="px-5 py-4">
          <Field label={copy.passkeyName} error={name.trim() === '' ? copy.passkeyNameMissing : undefined}>
            {(field) => (
              <input
                {...field}
                className="field"
                maxLength={64}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        </div>
        <FormButtons confirm={copy.continue} isSending={isBusy} isDisabled={name.trim() === ''} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function RemovePasskey({ id, name }: { readonly id: string; readonly name: string }) {
  const [isAsking, setAsking] = useState(false);
  const { run } = useStaffAction(dropFactor, () => ({ title: copy.passkeyRemoved }));
  return (
    <>
      <button
        type="button"
        className="rounded-nav px-1 text-caption text-accent-text hover:underline"
        aria-label={copy.removePasskey(name)}
        onClick={() => setAsking(true)}
      >
        {copy.remove}
      </button>
      {isAsking && (
        <ConfirmDialog
          title={copy.removePasskey(name)}
          text={copy.removePasskeyText}
          confirm={copy.remove}
          isBad
          onConfirm={() => run({ kind: 'passkey', id })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
