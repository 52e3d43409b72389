'use client';

import { Check, ChevronsUpDown, LogOut } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { setPreferences } from '../../preferences/actions.ts';
import { offeredZones, themes } from '../../preferences/preferences.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { Popover } from '../popover.tsx';

interface StaffMenuProps {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly preferences: Preferences;
}

/** Who is signed in, how the portal looks for them, and the way out. */
export function StaffMenu({ name, email, roles, preferences }: StaffMenuProps) {
  return (
    <Popover
      label={messages.shell.account(name)}
      buttonLabel={messages.shell.account(name)}
      buttonClassName="flex h-8 items-center gap-2 rounded-nav px-1.5 transition-colors duration-[120ms] hover:bg-hover aria-expanded:bg-hover"
      button={<StaffButton name={name} roles={roles} />}
      align="end"
      className="w-64 overflow-y-auto p-1.5"
    >
      {() => (
        <>
          <div className="border-b border-line px-2 pt-1 pb-2.5">
            <p className="truncate font-medium">{name}</p>
            <p className="truncate text-caption text-fg-2">{email}</p>
            <p className="truncate text-caption text-fg-2">{roles.join(', ')}</p>
          </div>
          <Choices preferences={preferences} />
          <form action={paths.signOut} method="post" className="mt-1.5 border-t border-line pt-1.5">
            <button type="submit" className={`${itemClass} w-full`}>
              <LogOut size={16} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
              {messages.shell.signOut}
            </button>
          </form>
        </>
      )}
    </Popover>
  );
}

function StaffButton({ name, roles }: Pick<StaffMenuProps, 'name' | 'roles'>) {
  return (
    <>
      <span
        aria-hidden="true"
        className="grid size-6 flex-none place-items-center rounded-full bg-accent-soft text-label text-accent-soft-text"
      >
        {initials(name)}
      </span>
      <span className="hidden max-w-40 truncate font-medium md:inline">{name}</span>
      <span className="hidden rounded-badge border border-line-2 px-2 text-label leading-[18px] text-fg-2 xl:inline">
        {shortRoles(roles)}
      </span>
      <ChevronsUpDown size={14} strokeWidth={1.75} aria-hidden="true" className="text-fg-3" />
    </>
  );
}

const itemClass = 'flex h-7 items-center gap-2.5 rounded-nav px-2 hover:bg-hover';

function Choices({ preferences }: { readonly preferences: Preferences }) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  const choose = (chosen: Partial<Preferences>) =>
    startTransition(async () => {
      await setPreferences(chosen);
      router.refresh();
    });
  const zones: readonly string[] = offeredZones;
  return (
    <>
      <Choice
        label={messages.shell.theme}
        value={preferences.theme}
        options={themes.map((theme) => ({ value: theme, label: messages.themes[theme] }))}
        onChoose={(theme) => choose({ theme })}
      />
      <Choice
        label={messages.shell.zone}
        value={preferences.zone}
        options={(zones.includes(preferences.zone) ? zones : [preferences.zone, ...zones]).map((zone) => ({
          value: zone,
          label: zone.replaceAll('_', ' '),
        }))}
        onChoose={(zone) => choose({ zone })}
      />
    </>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset className="mt-2">
      <legend className="px-2 pb-1 text-label text-fg-3">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={`${itemClass} has-focus-visible:outline-2 has-focus-visible:outline-focus`}
        >
          <input
            type="radio"
            name={label}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span className="flex-1 truncate">{option.label}</span>
          {option.value === value && (
            <Check size={16} strokeWidth={1.75} aria-hidden="true" className="text-accent-text" />
          )}
        </label>
      ))}
    </fieldset>
  );
}

function shortRoles([first, ...others]: readonly string[]) {
  return others.length > 0 ? `${first} +${others.length}` : first;
}

function initials(name: string) {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
