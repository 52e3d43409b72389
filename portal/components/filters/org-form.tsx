'use client';

import { Combobox } from '@base-ui/react/combobox';
import { Check } from 'lucide-react';
import { useState } from 'react';
import type { PageId } from '../../auth/access.ts';
import { messages } from '../../messages/en.ts';
import { FilterFoot } from './filter-popover.tsx';
import type { ListOption } from './list-filter.tsx';
import { orgTextMax, useFoundOrgs } from './use-found-orgs.ts';

/** How organisations are looked for. */
export interface OrgSearch {
  /** Whose filter it is. */
  readonly page: PageId;
  /** What the page offers beside organisations. */
  readonly pinned: readonly ListOption[];
}

interface OrgFormProps {
  readonly label: string;
  readonly find: OrgSearch;
  readonly chosen: readonly ListOption[];
  readonly onChange: (values: readonly string[]) => void;
}

/** Some of any number of organisations: the server finds them by what is typed. */
export function OrgForm({ label, find, chosen: chosenBefore, onChange }: OrgFormProps) {
  const [chosen, setChosen] = useState(chosenBefore);
  const [text, setText] = useState('');
  const found = useFoundOrgs(find.page, text);
  const items = offeredOf(text, [...(text === '' ? chosenBefore : []), ...find.pinned], found.orgs);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(chosen.map(({ value }) => value));
      }}
    >
      <Combobox.Root
        inline
        open
        multiple
        autoHighlight
        items={items}
        filter={null}
        value={chosen}
        onValueChange={setChosen}
        inputValue={text}
        // To choose one is no reason to forget what was typed.
        onInputValueChange={(typed, { reason }) => reason === 'input-change' && setText(typed)}
        isItemEqualToValue={(a, b) => a.value === b.value}
        itemToStringLabel={(option) => option.label}
      >
        <div className="border-b border-line p-2">
          <Combobox.Input
            autoFocus
            className="field field-small"
            placeholder={messages.lists.find}
            aria-label={`${messages.lists.find}: ${label}`}
            maxLength={orgTextMax}
            spellCheck={false}
          />
        </div>
        <Combobox.List className="max-h-64 scroll-py-1.5 overflow-y-auto p-1.5" aria-label={label}>
          {(option: ListOption) => <Option key={option.value} option={option} />}
        </Combobox.List>
        <p role="status" className={items.length > 0 && !found.hasMore ? 'sr-only' : 'num px-3.5 pb-2.5 text-fg-2'}>
          {statusOf(found, items.length)}
        </p>
      </Combobox.Root>
      <FilterFoot onClear={() => onChange([])} />
    </form>
  );
}

function Option({ option }: { readonly option: ListOption }) {
  return (
    <Combobox.Item
      value={option}
      className="flex min-h-8 cursor-pointer items-center gap-2.5 rounded-nav px-2 py-1 data-highlighted:bg-sunken"
    >
      <span className="flex size-4 flex-none items-center justify-center rounded-[4px] border border-line-strong">
        <Combobox.ItemIndicator>
          <Check size={12} strokeWidth={2.5} aria-hidden="true" className="text-accent-text" />
        </Combobox.ItemIndicator>
      </span>
      <span className="min-w-0 flex-1">
        <bdi className="block truncate">{option.label}</bdi>
        {option.hint && <bdi className="block truncate text-caption text-fg-3">{option.hint}</bdi>}
      </span>
    </Combobox.Item>
  );
}

/** What has the words among what is there anyway, then what was found; nothing twice. */
function offeredOf(
  text: string,
  there: readonly ListOption[],
  found: ReturnType<typeof useFoundOrgs>['orgs'],
): readonly ListOption[] {
  const wanted = text.trim().toLowerCase();
  const all = [
    ...there.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(wanted)),
    ...found.map(({ id, name }) => ({ value: id, label: name, hint: id })),
  ];
  return [...new Map(all.toReversed().map((option) => [option.value, option])).values()].toReversed();
}

function statusOf({ text, orgs, hasMore, hasFailed }: ReturnType<typeof useFoundOrgs>, offered: number) {
  if (hasFailed) return messages.lists.noChoices;
  if (text === undefined) return messages.states.loading;
  if (hasMore) return messages.lists.moreOrgs(orgs.length);
  return offered === 0 ? messages.lists.noOption : messages.lists.orgsFound(orgs.length);
}
