'use client';

import { Toast } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Clock, X } from 'lucide-react';
import { useEffect, useLayoutEffect } from 'react';
import { messages } from '../../messages/en.ts';
import { isTyping } from '../table/is-typing.ts';
import { useTopLayer } from '../top-layer.ts';
import { onSaid, shownFor, takeSaid } from './toast.ts';
import type { Said } from './toast.ts';

const toastManager = Toast.createToastManager<Said>();

export default function ToastsView() {
  useEffect(() => {
    const show = () => takeSaid().forEach(add);
    show();
    return onSaid(show);
  }, []);
  return (
    <Toast.Provider toastManager={toastManager} limit={3}>
      <Toast.Portal container={useTopLayer()}>
        <Toast.Viewport className="toasts" aria-label={messages.actions.notices}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function add(said: Said) {
  toastManager.add({ title: said.title, description: said.text, timeout: shownFor(said), data: said });
}

const icons = { ok: CircleCheck, info: Clock, bad: CircleAlert };

function ToastList() {
  const { toasts, close } = Toast.useToastManager<Said>();
  const undoable = toasts.find(({ data, transitionStatus }) => data?.undo && transitionStatus !== 'ending');
  // Before it is painted: whoever reads that it can be undone may press the keys.
  useLayoutEffect(() => {
    if (!undoable) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'z' || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      close(undoable.id);
      undoable.data?.undo?.();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [undoable, close]);
  return toasts.map((toast) => {
    const { tone = 'ok', undo, link } = toast.data ?? { title: '' };
    const Icon = icons[tone];
    const act = (run: () => void) => () => {
      close(toast.id);
      run();
    };
    return (
      <Toast.Root key={toast.id} toast={toast} swipeDirection="right" className={`toast floating tone-${tone}`}>
        <Toast.Content className="flex items-start gap-2.5 p-3">
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="toast-icon mt-0.5 flex-none" />
          <div className="min-w-0 flex-1">
            <Toast.Title className="font-medium wrap-anywhere" render={<p />} />
            {toast.description !== undefined && (
              <Toast.Description className="text-fg-2 wrap-anywhere" render={<p />} />
            )}
          </div>
          {undo && (
            <button type="button" className="toast-action" onClick={act(undo)}>
              {messages.actions.undo}
            </button>
          )}
          {link && (
            <button type="button" className="toast-action" onClick={act(link.onFollow)}>
              {link.label}
            </button>
          )}
          <Toast.Close className="icon-button -my-0.5 size-6" aria-label={messages.actions.dismiss}>
            <X size={14} strokeWidth={1.75} aria-hidden="true" />
          </Toast.Close>
        </Toast.Content>
      </Toast.Root>
    );
  });
}
