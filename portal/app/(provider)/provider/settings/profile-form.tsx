'use client';

import { useRouter } from 'next/navigation';
import { useId, useState, useTransition } from 'react';
import type { ReactNode } from 'react';
import type { PageId } from '../../../../auth/access.ts';
import { settings } from '../../../../messages/en-settings.ts';
import { messages } from '../../../../messages/en.ts';
import { setPreferences } from '../../../../preferences/actions.ts';
import { clocks, densities, timeStyles } from '../../../../preferences/preferences.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';

const copy = settings.profile;

interface ProfileFormProps {
  readonly preferences: Preferences;
  /** Pages that the member may see. */
  readonly starts: readonly PageId[];
}

/** Each choice is kept as it is made. */
export function ProfileForm({ preferences, starts }: ProfileFormProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [said, setSaid] = useState('');
  const choose = (chosen: Partial<Preferences>) =>
    startTransition(async () => {
      const result = await setPreferences(chosen);
      setSaid(result.ok ? copy.saved : messages.states.failed);
      router.refresh();
    });
  return (
    <section aria-label={copy.times} className="card flex flex-col gap-4 px-4 pt-3 pb-4">
      <div className="flex items-center justify-between">
        <h2 className="text-card">{copy.times}</h2>
        <span role="status" className="text-caption text-fg-3">
          {isPending ? '' : said}
        </span>
      </div>
      <Choice
        label={copy.zone}
        value={preferences.zone}
        options={zonesWith(preferences.zone).map((zone) => [zone, zone.replaceAll('_', ' ')])}
        onChoose={(zone) => choose({ zone })}
      />
      <Choice
        label={copy.clock}
        value={preferences.clock}
        options={clocks.map((clock) => [clock, copy.clocks[clock]])}
        onChoose={(clock) => choose({ clock })}
      />
      <Choice
        label={copy.style}
        value={preferences.times}
        options={timeStyles.map((times) => [times, copy.styles[times]])}
        onChoose={(times) => choose({ times })}
      />
      <h2 className="mt-1 border-t border-line pt-4 text-card">{copy.pages}</h2>
      <Choice
        label={copy.density}
        value={preferences.density}
        options={densities.map((density) => [density, messages.densities[density]])}
        onChoose={(density) => choose({ density })}
      />
      <Choice
        label={copy.start}
        hint={copy.startHint}
        value={preferences.start}
        options={starts.map((page) => [page, messages.pages[page]])}
        onChoose={(start) => choose({ start })}
      />
    </section>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string>({ label, hint, value, options, onChoose }: ChoiceProps<T>): ReactNode {
  const id = useId();
  return (
    <div className="grid grid-cols-1 items-center gap-x-4 gap-y-1.5 sm:grid-cols-[112px_minmax(0,1fr)]">
      <label htmlFor={id} className="text-fg-2">
        {label}
      </label>
      <select
        id={id}
        className="field"
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => {
          const chosen = options.find(([option]) => option === event.target.value);
          if (chosen) onChoose(chosen[0]);
        }}
      >
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-caption text-fg-3 sm:col-start-2">
          {hint}
        </p>
      )}
    </div>
  );
}

/** All zones that the browser knows; the one that is set even if it does not. */
function zonesWith(zone: string): readonly string[] {
  return [...new Set(['UTC', zone, ...Intl.supportedValuesOf('timeZone')])];
}
