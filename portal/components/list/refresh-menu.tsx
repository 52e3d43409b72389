'use client';

import { Check, RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import type { RefreshS } from '../../lists/list-layout.ts';
import { keepListLayout } from '../../lists/view-actions.ts';
import { messages } from '../../messages/en.ts';
import { useRefreshEvery } from '../filters/use-refresh-every.ts';
import { Popover } from '../popover.tsx';

interface RefreshMenuProps {
  readonly list: string;
  readonly everyS: RefreshS;
  readonly choices: readonly RefreshS[];
  /** While a row is open. */
  readonly isPaused: boolean;
}

/** How often a list is read again by itself: per member and list. */
export function RefreshMenu({ list, everyS, choices, isPaused }: RefreshMenuProps) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  useRefreshEvery(isPaused ? 0 : everyS * 1_000);
  const choose = (refreshS: RefreshS) =>
    startTransition(async () => {
      await keepListLayout({ list, refreshS });
      router.refresh();
    });
  return (
    <Popover
      label={messages.views.refresh}
      buttonLabel={`${messages.views.refresh}: ${messages.views.refreshLabels[everyS]}`}
      buttonClassName="button button-small"
      button={
        <>
          <RotateCw
            size={14}
            strokeWidth={1.75}
            aria-hidden="true"
            className={everyS > 0 ? 'text-ok-text' : 'text-fg-2'}
          />
          {everyS > 0 && <span className="num">{messages.views.refreshes[everyS]}</span>}
        </>
      }
      align="end"
      paletteName={messages.views.refresh}
      className="w-52 p-1.5"
    >
      {(close) => (
        <fieldset>
          <legend className="sr-only">{messages.views.refresh}</legend>
          {choices.map((choice) => (
            <label
              key={choice}
              className="flex h-8 items-center gap-2.5 rounded-nav px-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-focus"
            >
              <input
                type="radio"
                name="refresh"
                className="sr-only"
                checked={choice === everyS}
                onChange={() => {
                  close();
                  choose(choice);
                }}
              />
              <span className="flex-1">{messages.views.refreshLabels[choice]}</span>
              {choice === everyS && (
                <Check size={16} strokeWidth={1.75} aria-hidden="true" className="text-accent-text" />
              )}
            </label>
          ))}
        </fieldset>
      )}
    </Popover>
  );
}
