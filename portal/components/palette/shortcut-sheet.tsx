'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import { useTopLayer } from '../top-layer.ts';
import { messages } from '../../messages/en.ts';
import { setPreferences } from '../../preferences/actions.ts';

interface ShortcutSheetProps {
  readonly hasLetters: boolean;
  readonly onClose: () => void;
}

/** Every key that means something, and the switch for those of one letter. */
export function ShortcutSheet({ hasLetters, onClose }: ShortcutSheetProps) {
  const router = useRouter();
  const [isOn, setOn] = useState(hasLetters);
  const [, startTransition] = useTransition();
  const toggle = (wanted: boolean) => {
    setOn(wanted);
    startTransition(async () => {
      await setPreferences({ letters: wanted ? 'on' : 'off' });
      router.refresh();
    });
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal container={useTopLayer()}>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="floating palette">
          <Dialog.Title className="border-b border-line px-5 py-3 text-card">{messages.palette.shortcuts}</Dialog.Title>
          <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-5">
            <Keys />
            <label className="flex items-start gap-2.5 border-t border-line pt-4">
              <input
                type="checkbox"
                className="box mt-0.5"
                checked={isOn}
                onChange={(event) => toggle(event.target.checked)}
              />
              <span>
                <span className="block font-medium">{messages.palette.letters}</span>
                <span className="block text-caption text-fg-2">{messages.palette.lettersHint}</span>
              </span>
            </label>
          </div>
          <div className="flex justify-end border-t border-line p-3">
            <Dialog.Close className="button button-small">{messages.palette.done}</Dialog.Close>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Keys() {
  return messages.palette.groups.map((group) => (
    <section key={group.label}>
      <h3 className="pb-1 text-label text-fg-3">{group.label}</h3>
      <dl>
        {group.keys.map(({ keys, does }) => (
          <div key={does} className="flex min-h-7 items-center justify-between gap-4">
            <dt className="order-2 flex gap-1.5">
              {keys.map((key) => (
                <kbd key={key} className="rounded-nav border border-line-2 bg-sunken px-1.5 font-sans text-caption">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  ));
}
