'use client';

import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { messages } from '../../messages/en.ts';
import { matching } from '../../palette/palette-items.ts';
import type { PaletteGroup, PaletteItem } from '../../palette/palette-items.ts';
import { useTopLayer } from '../top-layer.ts';
import { searchPalette } from '../../palette/search-palette.ts';

const pauseMs = 120;

interface PaletteProps {
  readonly pages: readonly PaletteItem[];
  readonly onClose: () => void;
  readonly onShortcuts: () => void;
}

/** Pages, what this page can do, and the things of tenants by the beginning of their names. */
export function Palette({ pages, onClose, onShortcuts }: PaletteProps) {
  const router = useRouter();
  const [text, setText] = useState('');
  const [actions] = useState(actionsHere);
  const { found, hasFailed } = useFound(text);
  const portal = [{ id: 'shortcuts', label: messages.palette.shortcuts, act: onShortcuts }];
  const groups = [
    { label: messages.palette.here, items: matching(actions, text) },
    { label: messages.palette.pages, items: matching(pages, text) },
    ...found,
    { label: messages.palette.portal, items: matching(portal, text) },
  ].filter(({ items }) => items.length > 0);
  const choose = ({ href, act }: PaletteItem) => {
    onClose();
    if (href) router.push(href);
    // Once the palette is gone, so that what opens now takes the focus.
    else setTimeout(() => act?.());
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal container={useTopLayer()}>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="floating palette" aria-label={messages.palette.label}>
          <Autocomplete.Root
            inline
            open
            mode="none"
            autoHighlight="always"
            keepHighlight
            items={groups}
            value={text}
            onValueChange={setText}
            itemToStringValue={(item: PaletteItem) => item.label}
          >
            <Field />
            <p role="status" className="sr-only">
              {messages.palette.found(groups.reduce((sum, { items }) => sum + items.length, 0))}
            </p>
            {hasFailed && <p className="px-4 pt-3 text-bad-text">{messages.palette.failed}</p>}
            <Autocomplete.Empty>
              <p className="px-4 py-6 text-center text-fg-2">{messages.palette.none}</p>
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 flex-1 scroll-py-2 overflow-y-auto p-2">
              {(group: PaletteGroup) => <Group key={group.label} group={group} onChoose={choose} />}
            </Autocomplete.List>
            <Foot />
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ group, onChoose }: { readonly group: PaletteGroup; readonly onChoose: (item: PaletteItem) => void }) {
  return (
    <Autocomplete.Group items={group.items} className="pb-1.5">
      <Autocomplete.GroupLabel className="px-2 pt-1.5 pb-1 text-label text-fg-3">{group.label}</Autocomplete.GroupLabel>
      <Autocomplete.Collection>
        {(item: PaletteItem) => (
          <Autocomplete.Item
            key={item.id}
            value={item}
            className="flex h-8 cursor-pointer items-center gap-3 rounded-nav px-2 data-highlighted:bg-sunken"
            onClick={() => onChoose(item)}
          >
            <bdi className="min-w-0 flex-1 truncate text-left">{item.label}</bdi>
            {item.hint !== undefined && <bdi className="max-w-56 truncate text-caption text-fg-3">{item.hint}</bdi>}
          </Autocomplete.Item>
        )}
      </Autocomplete.Collection>
    </Autocomplete.Group>
  );
}

function Field() {
  return (
    <div className="flex items-center gap-2.5 border-b border-line px-4">
      <Search size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-fg-3" />
      <Autocomplete.Input
        className="h-12 w-full bg-transparent text-card font-normal outline-none"
        aria-label={messages.palette.label}
        placeholder={messages.palette.open}
        maxLength={100}
        spellCheck={false}
      />
    </div>
  );
}

function Foot() {
  const { foot } = messages.palette;
  const keys = [
    { key: '↑ ↓', does: foot.move },
    { key: '↵', does: foot.open },
    { key: 'Esc', does: foot.close },
  ];
  return (
    <div aria-hidden="true" className="hidden gap-4 border-t border-line px-4 py-2 text-caption text-fg-3 sm:flex">
      {keys.map(({ key, does }) => (
        <span key={key} className="flex items-center gap-1.5">
          <kbd className="rounded-nav border border-line-2 px-1 font-sans text-label">{key}</kbd>
          {does}
        </span>
      ))}
    </div>
  );
}

/** What this page offers: whatever of it says `data-palette`. */
function actionsHere(): readonly PaletteItem[] {
  return [...document.querySelectorAll<HTMLElement>('#main [data-palette]')].map((element, index) => ({
    id: `here:${index}`,
    label: element.dataset['palette'] || (element.textContent ?? '').trim(),
    act: () => element.click(),
  }));
}

/** What the services find, a moment after the last key; what an earlier text found gives way. */
function useFound(text: string) {
  const [result, setResult] = useState<{ readonly found: readonly PaletteGroup[]; readonly hasFailed: boolean }>({
    found: [],
    hasFailed: false,
  });
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(async () => {
      const answer = await searchPalette({ text }).catch(() => undefined);
      if (isWanted) setResult({ found: answer?.ok ? answer.value : [], hasFailed: !answer?.ok });
    }, pauseMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return result;
}
