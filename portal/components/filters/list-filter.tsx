'use client';

import { useState } from 'react';
import { messages } from '../../messages/en.ts';
import { FilterFoot, FilterPopover } from './filter-popover.tsx';

export interface ListOption {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export interface ListFilterProps {
  readonly label: string;
  readonly name: string;
  readonly options: readonly ListOption[];
  readonly selected: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

const searchFrom = 8;
const shownWords = 2;

export function ListFilter(props: ListFilterProps) {
  const { label, options, selected, onChange } = props;
  const words = selected.map((value) => options.find((option) => option.value === value)?.label ?? value);
  const rest = words.length - shownWords;
  const value = words.length > 0 ? `${words.slice(0, shownWords).join(', ')}${rest > 0 ? ` +${rest}` : ''}` : undefined;
  return (
    <FilterPopover label={label} value={value} onClear={() => onChange([])}>
      {(close) => (
        <ListForm
          {...props}
          onChange={(values) => {
            close();
            onChange(values);
          }}
        />
      )}
    </FilterPopover>
  );
}

function ListForm({ label, name, options, selected, onChange }: ListFilterProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(selected));
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const shown = options.filter((option) => `${option.label} ${option.value}`.toLowerCase().includes(wanted));
  const toggle = (value: string) => {
    const next = new Set(chosen);
    if (!next.delete(value)) next.add(value);
    setChosen(next);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(options.map(({ value }) => value).filter((value) => chosen.has(value)));
      }}
    >
      {options.length > searchFrom && (
        <div className="border-b border-line p-2">
          <input
            type="search"
            autoFocus
            className="field field-small"
            placeholder={messages.lists.find}
            aria-label={`${messages.lists.find}: ${label}`}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      )}
      <fieldset className="max-h-64 overflow-y-auto p-1.5">
        <legend className="sr-only">{label}</legend>
        {shown.map((option) => (
          <label key={option.value} className="flex min-h-8 items-center gap-2.5 rounded-nav px-2 py-1 hover:bg-hover">
            <input
              type="checkbox"
              name={name}
              className="size-4 flex-none accent-accent"
              checked={chosen.has(option.value)}
              onChange={() => toggle(option.value)}
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{option.label}</span>
              {option.hint && <span className="block truncate text-caption text-fg-3">{option.hint}</span>}
            </span>
          </label>
        ))}
        {shown.length === 0 && <p className="px-2 py-3 text-fg-2">{messages.lists.noOption}</p>}
      </fieldset>
      <FilterFoot onClear={() => onChange([])} />
    </form>
  );
}
