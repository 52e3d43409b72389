'use client';

import { useEffect, useState } from 'react';
import { sayUnattended } from '../../../../components/attendance.tsx';
import { dayMs, hourMs } from '#domain/instants';
import { ConfirmDialog, Field } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { formatCapped, formatCount } from '../../../../format/numbers.ts';
import { formatInstant, zoneLabel } from '../../../../format/times.ts';
import { keys } from '../../../../messages/en-keys.ts';
import type { KeyUse } from '../../../../services/provider/federation-keys.service.ts';
import { keyUseAction, restoreKeyAction, revokeKeyAction, rotateKeyAction } from './actions.ts';
import type { NamedKey } from './key-dialogs.tsx';
import type { ShownSecret } from './secret-dialog.tsx';

const lookEveryMs = 5_000;

/** How the key is used, read again while the dialog is open; the secret that signs is the one that it was opened on. */
function useKeyUse(keyId: string): KeyUse | undefined {
  const [use, setUse] = useState<KeyUse>();
  useEffect(() => {
    let isOpen = true;
    const look = async () => {
      const result = await keyUseAction({ keyId }).catch(() => undefined);
      if (isOpen && result?.ok)
        setUse((first) => ({ ...result.value, version: first?.version ?? result.value.version }));
    };
    void look();
    const timer = setInterval(() => {
      sayUnattended();
      void look();
    }, lookEveryMs);
    return () => {
      isOpen = false;
      clearInterval(timer);
    };
  }, [keyId]);
  return use;
}

interface ChangeProps {
  readonly of: NamedKey;
  readonly onClose: () => void;
}

const overlaps = { now: 0, '1h': hourMs, '24h': dayMs, '48h': 2 * dayMs, '7d': 7 * dayMs } as const;
type Overlap = keyof typeof overlaps;

export function RotateKeyDialog({
  of,
  zone,
  onIssued,
  onClose,
}: ChangeProps & { readonly zone: string; readonly onIssued: (secret: ShownSecret) => void }) {
  const [overlap, setOverlap] = useState<Overlap>('24h');
  const use = useKeyUse(of.id);
  const { run } = useStaffAction(rotateKeyAction, ({ isTold, ...issued }) => {
    onIssued({ ...issued, isRotated: true });
    return isTold ? undefined : { title: keys.done.untold, tone: 'info' };
  });
  return (
    <ConfirmDialog
      title={keys.rotate.title(of.name ?? of.id)}
      text={keys.rotate.text}
      confirm={keys.rotate.confirm}
      blocked={use ? undefined : keys.counting}
      onConfirm={() => run({ keyId: of.id, overlapMs: overlaps[overlap], versionSeen: use?.version ?? 0 })}
      onClose={onClose}
    >
      <Field label={keys.rotate.overlap} error={undefined}>
        {(field) => (
          <select
            {...field}
            className="field"
            value={overlap}
            onChange={(event) => setOverlap(overlapOf(event.target.value))}
          >
            {Object.entries(keys.rotate.overlaps).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {use?.old && <Older old={use.old} zone={zone} />}
    </ConfirmDialog>
  );
}

function overlapOf(text: string): Overlap {
  return text === 'now' || text === '1h' || text === '48h' || text === '7d' ? text : '24h';
}

/** That another rotation is still under way, and who has not changed over. */
function Older({ old, zone }: { readonly old: NonNullable<KeyUse['old']>; readonly zone: string }) {
  const until = `${formatInstant(old.until, zone, 'minute')} ${zoneLabel(zone, old.until)}`;
  return (
    <div role="status" className="flex flex-col gap-1 rounded-control border border-line bg-sunken p-3">
      <p>{keys.rotate.ends(until)}</p>
      <p className={old.uses > 0 ? 'font-medium text-warn-text' : 'text-fg-2'}>
        {old.uses > 0 ? keys.rotate.lateNow(formatCount(old.uses)) : keys.rotate.nobodyLate}
      </p>
    </div>
  );
}

export function RevokeKeyDialog({ of, onClose }: ChangeProps) {
  const use = useKeyUse(of.id);
  const { run } = useStaffAction(revokeKeyAction, ({ isTold }) => ({
    title: keys.done.revoked,
    text: isTold ? keys.done.told : keys.done.untold,
    tone: isTold ? 'ok' : 'info',
  }));
  return (
    <ConfirmDialog
      title={keys.revoke.title(of.name ?? of.id)}
      text={keys.revoke.text}
      confirm={keys.revoke.confirm}
      isBad
      reason="required"
      typed={of.id}
      onConfirm={({ reason }) => run({ keyId: of.id, reason })}
      onClose={onClose}
    >
      <p role="status" className="rounded-control border border-line bg-sunken p-3">
        {use ? usedText(use) : keys.counting}
      </p>
    </ConfirmDialog>
  );
}

function usedText({ accepted, refused }: KeyUse): string {
  if (accepted?.value === 0 && refused?.value === 0) return keys.revoke.unused;
  const told = (count: KeyUse['accepted']) => (count ? formatCapped(count) : keys.uncounted);
  return keys.revoke.used(told(accepted), told(refused));
}

export function RestoreKeyDialog({ of, onClose }: ChangeProps) {
  const { run } = useStaffAction(restoreKeyAction, ({ isTold }) => ({
    title: keys.done.restored,
    text: isTold ? keys.done.told : keys.done.untold,
    tone: isTold ? 'ok' : 'info',
  }));
  return (
    <ConfirmDialog
      title={keys.restore.title(of.name ?? of.id)}
      text={keys.restore.text}
      confirm={keys.restore.confirm}
      reason="required"
      onConfirm={({ reason }) => run({ keyId: of.id, reason })}
      onClose={onClose}
    />
  );
}
