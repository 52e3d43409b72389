'use client';

import dynamic from 'next/dynamic';
import { createContext, useContext, useState } from 'react';
import type { ReactNode } from 'react';
// Not loaded when it opens, as the others are: a secret that is shown once cannot wait for a file that may not come.
import { SecretDialog } from './secret-dialog.tsx';
import type { ShownSecret } from './secret-dialog.tsx';

const CreateKeyDialog = dynamic(() => import('./create-key-dialog.tsx').then((part) => part.CreateKeyDialog));
const RotateKeyDialog = dynamic(() => import('./key-change-dialogs.tsx').then((part) => part.RotateKeyDialog));
const RevokeKeyDialog = dynamic(() => import('./key-change-dialogs.tsx').then((part) => part.RevokeKeyDialog));
const RestoreKeyDialog = dynamic(() => import('./key-change-dialogs.tsx').then((part) => part.RestoreKeyDialog));

/** What dialogs say of a key. */
export interface NamedKey {
  readonly id: string;
  readonly name: string | undefined;
}

type Open =
  | { readonly kind: 'create' }
  | { readonly kind: 'rotate' | 'revoke' | 'restore'; readonly key: NamedKey }
  | undefined;

const Opener = createContext<(open: Open) => void>(() => undefined);

export function useKeyDialogs() {
  return useContext(Opener);
}

interface KeyDialogsProps {
  readonly zone: string;
  readonly children: ReactNode;
}

/** The dialogs of the page stand outside of its list: a row that leaves the list takes no secret with it that was not stored yet. */
export function KeyDialogs({ zone, children }: KeyDialogsProps) {
  const [open, setOpen] = useState<Open>();
  const [secret, setSecret] = useState<ShownSecret>();
  const close = () => setOpen(undefined);
  return (
    <Opener value={setOpen}>
      {children}
      {open?.kind === 'create' && <CreateKeyDialog onIssued={setSecret} onClose={close} />}
      {open?.kind === 'rotate' && <RotateKeyDialog of={open.key} zone={zone} onIssued={setSecret} onClose={close} />}
      {open?.kind === 'revoke' && <RevokeKeyDialog of={open.key} onClose={close} />}
      {open?.kind === 'restore' && <RestoreKeyDialog of={open.key} onClose={close} />}
      {secret && <SecretDialog secret={secret} onStored={() => setSecret(undefined)} />}
    </Opener>
  );
}
