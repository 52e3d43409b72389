'use client';

import { Plus } from 'lucide-react';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { keys } from '../../../../messages/en-keys.ts';
import type { KeyState } from '../../../../services/provider/federation-keys-list.ts';
import { useKeyDialogs } from './key-dialogs.tsx';
import type { NamedKey } from './key-dialogs.tsx';

interface KeyMenuProps {
  readonly of: NamedKey;
  readonly state: KeyState;
  /** Why this portal can make no secrets. */
  readonly withoutRing: string | undefined;
}

export function CreateKeyButton({ withoutRing }: Pick<KeyMenuProps, 'withoutRing'>) {
  const open = useKeyDialogs();
  return (
    <button
      type="button"
      data-palette=""
      className="button button-small button-primary"
      aria-disabled={withoutRing !== undefined}
      title={withoutRing}
      onClick={() => withoutRing === undefined && open({ kind: 'create' })}
    >
      <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
      {keys.create.action}
    </button>
  );
}

export function KeyMenu({ of, state, withoutRing }: KeyMenuProps) {
  const open = useKeyDialogs();
  const isDisabled = state === 'disabled';
  return (
    <RowMenu
      label={of.name ?? of.id}
      copied={of.id}
      items={[
        {
          id: 'rotate',
          label: keys.rotate.action,
          disabled: withoutRing ?? (isDisabled ? keys.revoke.isDisabled : undefined),
          onSelect: () => open({ kind: 'rotate', key: of }),
        },
        isDisabled
          ? { id: 'restore', label: keys.restore.action, onSelect: () => open({ kind: 'restore', key: of }) }
          : { id: 'revoke', label: keys.revoke.action, isBad: true, onSelect: () => open({ kind: 'revoke', key: of }) },
      ]}
    />
  );
}

/** The same in the panel. */
export function KeyActions({ of, state, withoutRing }: KeyMenuProps) {
  const open = useKeyDialogs();
  if (state === 'disabled')
    return (
      <button
        type="button"
        className="button button-small self-start"
        onClick={() => open({ kind: 'restore', key: of })}
      >
        {keys.restore.action}
      </button>
    );
  return (
    <div className="flex flex-wrap gap-2">
      <button
        type="button"
        className="button button-small"
        aria-disabled={withoutRing !== undefined}
        title={withoutRing}
        onClick={() => withoutRing === undefined && open({ kind: 'rotate', key: of })}
      >
        {keys.rotate.action}
      </button>
      <button
        type="button"
        className="button button-small button-bad"
        onClick={() => open({ kind: 'revoke', key: of })}
      >
        {keys.revoke.action}
      </button>
    </div>
  );
}
