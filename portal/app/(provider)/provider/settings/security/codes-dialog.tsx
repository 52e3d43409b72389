'use client';

import { CopyButton } from '../../../../../components/copy-button.tsx';
import { Dialog } from '../../../../../components/dialog.tsx';
import { settings } from '../../../../../messages/en-settings.ts';

const copy = settings.security;

/** Recovery codes, shown once: a click beside it closes nothing. */
export function CodesDialog({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  return (
    <Dialog title={copy.codesTitle} text={copy.codesText} isSticky onClose={onClose}>
      <ol className="grid grid-cols-1 gap-x-6 gap-y-1.5 px-5 py-4 min-[420px]:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>
            <code className="font-mono text-code">{code}</code>
          </li>
        ))}
      </ol>
      <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
        <CopyButton text={codes.join('\n')} what={copy.recovery} label={copy.copyCodes} />
        <button type="button" className="button button-small button-primary" onClick={onClose}>
          {copy.codesStored}
        </button>
      </div>
    </Dialog>
  );
}
