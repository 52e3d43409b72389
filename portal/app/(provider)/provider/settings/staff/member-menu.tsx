'use client';

import { useState } from 'react';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { RowMenu } from '../../../../../components/actions/row-menu.tsx';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { endMemberSessions, resetMember } from './actions.ts';

const copy = settings.staff;

interface MemberMenuProps {
  readonly member: { readonly id: string; readonly name: string };
  readonly isOwn: boolean;
  readonly hasSessions: boolean;
  readonly hasFactors: boolean;
}

/** What a provider can do for a member. Roles are not among it: they come from where the member does. */
export function MemberMenu({ member: { id, name }, isOwn, hasSessions, hasFactors }: MemberMenuProps) {
  const [asked, setAsked] = useState<'end' | 'reset'>();
  const { run: end } = useStaffAction(endMemberSessions, (count) => ({ title: copy.ended(name, count) }));
  const { run: reset } = useStaffAction(resetMember, () => ({ title: copy.resetDone(name) }));
  const noReset = isOwn ? copy.resetOwn : copy.resetAlready;
  return (
    <>
      <RowMenu
        label={name}
        items={[
          {
            id: 'end',
            label: copy.endAll,
            onSelect: () => setAsked('end'),
            disabled: hasSessions ? undefined : copy.notSignedIn,
          },
          {
            id: 'reset',
            label: copy.reset,
            isBad: true,
            onSelect: () => setAsked('reset'),
            disabled: hasFactors && !isOwn ? undefined : noReset,
          },
        ]}
      />
      {asked === 'end' && (
        <ConfirmDialog
          title={copy.endTitle(name)}
          text={isOwn ? copy.endOwnText : copy.endText}
          confirm={copy.endConfirm}
          reason="required"
          onConfirm={({ reason }) => end({ staffId: id, reason })}
          onClose={() => setAsked(undefined)}
        />
      )}
      {asked === 'reset' && (
        <ConfirmDialog
          title={copy.resetTitle(name)}
          text={copy.resetText}
          confirm={copy.resetConfirm}
          isBad
          reason="required"
          onConfirm={({ reason }) => reset({ staffId: id, reason })}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
