'use client';

import { useRouter } from 'next/navigation';
import { useOptimistic, useTransition } from 'react';
import { settings } from '../../../../../messages/en-settings.ts';
import { messages } from '../../../../../messages/en.ts';
import { setPreferences } from '../../../../../preferences/actions.ts';
import { themes } from '../../../../../preferences/preferences.ts';
import type { Theme } from '../../../../../preferences/preferences.ts';
import { Thumbnail } from './thumbnail.tsx';

const copy = settings.appearance;

/** The five packs as they are, and the one that follows the device. */
export function PackChoice({ theme }: { readonly theme: Theme }) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  const [chosen, setChosen] = useOptimistic(theme);
  const choose = (next: Theme) =>
    startTransition(async () => {
      setChosen(next);
      await setPreferences({ theme: next });
      router.refresh();
    });
  return (
    <fieldset>
      <legend className="sr-only">{copy.packs}</legend>
      <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {themes.map((pack) => (
          <label
            key={pack}
            className="card flex flex-col overflow-hidden has-checked:border-accent has-checked:outline has-checked:outline-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          >
            <Thumbnail pack={pack} />
            <span className="flex items-start gap-3 border-t border-line px-4 py-3">
              <input
                type="radio"
                name="theme"
                value={pack}
                checked={chosen === pack}
                onChange={() => choose(pack)}
                aria-describedby={`pack-${pack}`}
                className="box mt-0.5 outline-none"
              />
              <span className="flex min-w-0 flex-col">
                <span className="font-medium">{messages.themes[pack]}</span>
                <span id={`pack-${pack}`} className="text-caption text-fg-2">
                  {copy.hints[pack]}
                </span>
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
