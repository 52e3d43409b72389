'use client';

import { createContext, useContext, useState } from 'react';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../../../../components/actions/confirm-dialog.tsx';
import { RowMenu } from '../../../../../components/actions/row-menu.tsx';
import { say } from '../../../../../components/actions/toast.ts';
import { useStaffAction } from '../../../../../components/actions/use-staff-action.ts';
import { messages } from '../../../../../messages/en.ts';
import { replays } from '../../../../../messages/en-replays.ts';
import type { DeliveryResult } from '../../../../../services/provider/deliveries-query.ts';
import { replayOneAction } from '../replay/actions.ts';
import { curlAction } from './actions.ts';

/** What a delivery's menu knows of it. */
export interface NamedDelivery {
  readonly id: string;
  readonly label: string;
  readonly result: DeliveryResult;
  /** Undefined where nothing was stored. */
  readonly event: { readonly tenantId: string; readonly eventId: string } | undefined;
  readonly hasCurl: boolean;
}

const { one } = replays;

const Opener = createContext<(of: NamedDelivery) => void>(() => undefined);

/** The dialog stands outside of the list, whose rows change when an event is decided anew. */
export function ReplayDialogs({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<NamedDelivery>();
  return (
    <Opener value={setOpen}>
      {children}
      {open?.event && <ReplayOne event={open.event} onClose={() => setOpen(undefined)} />}
    </Opener>
  );
}

function ReplayOne({
  event,
  onClose,
}: {
  readonly event: NonNullable<NamedDelivery['event']>;
  readonly onClose: () => void;
}) {
  const { run } = useStaffAction(replayOneAction, (told) => {
    if (told.ok) return { title: one.outcomes[told.status], tone: told.status === 'applied' ? 'ok' : 'info' };
    return { title: refusalText(told.refusal), tone: 'info' };
  });
  return (
    <ConfirmDialog
      title={one.title}
      text={one.text}
      confirm={one.confirm}
      reason="required"
      onConfirm={({ reason }) => run({ ...event, reason })}
      onClose={onClose}
    >
      <code className="font-mono text-code text-fg-2 wrap-anywhere">{event.eventId}</code>
    </ConfirmDialog>
  );
}

function refusalText(refusal: string): string {
  return Object.entries(one.refusals).find(([name]) => name === refusal)?.[1] ?? refusal;
}

function cannotReplay({ event, result }: NamedDelivery): string | undefined {
  if (!event) return one.noEvent;
  return result === 'applied' ? one.isApplied : undefined;
}

async function copyCurl(id: string) {
  const told = await curlAction({ id }).catch(() => undefined);
  if (!told?.ok) return say({ title: messages.actions.noAnswer, tone: 'bad' });
  await navigator.clipboard.writeText(told.value);
  return say({ title: messages.delivery.copied });
}

export function DeliveryMenu({ of }: { readonly of: NamedDelivery }) {
  const open = useContext(Opener);
  return (
    <RowMenu
      label={of.label}
      copied={of.event?.eventId}
      items={[
        ...(of.hasCurl ? [{ id: 'curl', label: one.copyCurl, onSelect: () => void copyCurl(of.id) }] : []),
        { id: 'replay', label: one.action, disabled: cannotReplay(of), onSelect: () => open(of) },
      ]}
    />
  );
}

/** The same in the panel, where it can be done. */
export function ReplayButton({ of }: { readonly of: NamedDelivery }) {
  const open = useContext(Opener);
  if (cannotReplay(of) !== undefined) return null;
  return (
    <button type="button" className="button button-small" onClick={() => open(of)}>
      {one.action}
    </button>
  );
}
