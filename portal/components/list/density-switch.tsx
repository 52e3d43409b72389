'use client';

import { Rows3, Rows4 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { messages } from '../../messages/en.ts';
import { setPreferences } from '../../preferences/actions.ts';
import type { Density } from '../../preferences/preferences.ts';

/** Rows of 40 or of 32 px, on every list of the member. */
export function DensitySwitch({ density }: { readonly density: Density }) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  const isCompact = density === 'compact';
  const Icon = isCompact ? Rows4 : Rows3;
  return (
    <button
      type="button"
      aria-pressed={isCompact}
      data-palette={messages.views.density}
      aria-label={messages.views.density}
      title={messages.views.density}
      className="button button-small px-2 aria-pressed:bg-sunken"
      onClick={() =>
        startTransition(async () => {
          await setPreferences({ density: isCompact ? 'comfortable' : 'compact' });
          router.refresh();
        })
      }
    >
      <Icon size={14} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
    </button>
  );
}
