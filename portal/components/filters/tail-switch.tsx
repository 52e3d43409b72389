'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { messages } from '../../messages/en.ts';
import { useRefreshEvery } from './use-refresh-every.ts';

const everyMs = 5_000;

interface TailSwitchProps {
  readonly isOn: boolean;
  readonly isPaused: boolean;
  /** The list with the switch the other way. */
  readonly href: Route;
}

/** Reads the list again every five seconds; not while a row is open. */
export function TailSwitch({ isOn, isPaused, href }: TailSwitchProps) {
  const router = useRouter();
  useRefreshEvery(isOn && !isPaused ? everyMs : 0);
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      data-palette=""
      title={messages.deliveries.tailHint}
      className="group button button-small"
      onClick={() => router.replace(href, { scroll: false })}
    >
      <span
        aria-hidden="true"
        className="flex h-3.5 w-6 items-center rounded-full bg-line-strong p-0.5 transition-colors duration-[120ms] group-aria-checked:bg-ok-solid"
      >
        <span className="size-2.5 rounded-full bg-surface transition-transform duration-[120ms] group-aria-checked:translate-x-2.5" />
      </span>
      {messages.deliveries.tail}
    </button>
  );
}
