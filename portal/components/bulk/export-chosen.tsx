'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { messages } from '../../messages/en.ts';
import { say } from '../actions/toast.ts';
import { tellWhenMade } from '../list/tell-made.ts';
import { useSelection } from './selection.tsx';
import { saveFile } from './save-file.ts';

/** The chosen rows as a file, also those of other pages, or all that match. They stay chosen. */
export function ExportChosen({ path }: { readonly path: Route }) {
  const { picked } = useSelection();
  const router = useRouter();
  const [isPending, setPending] = useState(false);
  const save = async () => {
    setPending(true);
    const id = crypto.randomUUID();
    const response = await fetch(path, { method: 'POST', body: JSON.stringify({ picked, id }) }).catch(() => undefined);
    const file = response?.ok ? await response.blob().catch(() => undefined) : undefined;
    setPending(false);
    if (!response || !file) {
      const { busy, failed } = messages.views.exportStates;
      return say({ title: response?.status === tooMany ? busy : failed, tone: 'bad' });
    }
    saveFile(nameOf(response), file);
    return tellWhenMade(path, id, (href) => router.push(href));
  };
  return (
    <button type="button" className="button button-small" disabled={isPending} onClick={() => void save()}>
      {messages.views.exportChosen}
    </button>
  );
}

const tooMany = 429;

function nameOf(response: Response): string {
  return /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'rows.csv';
}
