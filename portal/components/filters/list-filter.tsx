'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { countedValuesMax } from '../../lists/list-layout.ts';
import { countListValues } from '../../lists/view-actions.ts';
import { messages } from '../../messages/en.ts';
import { FilterFoot, FilterPopover } from './filter-popover.tsx';
import type { OrgSearch } from './org-form.tsx';

// Most who look at a list do not look for another organisation.
const OrgForm = dynamic(() => import('./org-form.tsx').then((part) => part.OrgForm), {
  loading: () => <p className="p-3 text-fg-2">{messages.states.loading}</p>,
});

export interface ListOption {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

export interface ListFilterProps {
  readonly label: string;
  readonly name: string;
  /** None where they could not be read. */
  readonly options: readonly ListOption[] | undefined;
  readonly selected: readonly string[];
  /** Where there are too many to offer them all. */
  readonly find?: OrgSearch;
  /** The list, whose rows each value is told of once the filter is opened. */
  readonly of?: { readonly list: string; readonly params: string };
  readonly onChange: (values: readonly string[]) => void;
}

const searchFrom = 8;
const shownWords = 2;

export function ListFilter(props: ListFilterProps) {
  const { label, options, selected, onChange } = props;
  const words = selected.map((value) => options?.find((option) => option.value === value)?.label ?? value);
  const rest = words.length - shownWords;
  const value = words.length > 0 ? `${words.slice(0, shownWords).join(', ')}${rest > 0 ? ` +${rest}` : ''}` : undefined;
  return (
    <FilterPopover label={label} value={value} verb={messages.lists.is} onClear={() => onChange([])}>
      {(close) => (
        <Form
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

function Form(props: ListFilterProps) {
  const { label, options, selected, find, onChange } = props;
  if (!options) return <p className="p-3 text-fg-2">{messages.lists.noChoices}</p>;
  if (!find) return <ListForm {...props} options={options} />;
  const chosen = selected.map((value) => options.find((option) => option.value === value) ?? { value, label: value });
  return <OrgForm label={label} find={find} chosen={chosen} onChange={onChange} />;
}

interface ListFormProps extends ListFilterProps {
  readonly options: readonly ListOption[];
}

function ListForm({ label, name, options, selected, of, onChange }: ListFormProps) {
  const counts = useCounts(of, name, options);
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
              className="box"
              checked={chosen.has(option.value)}
              onChange={() => toggle(option.value)}
            />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{option.label}</span>
              {option.hint && <span className="block truncate text-caption text-fg-3">{option.hint}</span>}
            </span>
            <span className="num min-w-8 flex-none text-right text-caption text-fg-3">{counts[option.value]}</span>
          </label>
        ))}
        {shown.length === 0 && <p className="px-2 py-3 text-fg-2">{messages.lists.noOption}</p>}
      </fieldset>
      <FilterFoot onClear={() => onChange([])} />
    </form>
  );
}

/** How many rows each value would have; none where they are not counted, or not yet. */
function useCounts(of: ListFilterProps['of'], name: string, options: readonly ListOption[]) {
  const [counts, setCounts] = useState<Readonly<Record<string, string>>>({});
  useEffect(() => {
    if (!of) return undefined;
    let isShown = true;
    const values = options.slice(0, countedValuesMax).map(({ value }) => value);
    void countListValues({ list: of.list, params: of.params, name, values }).then(
      (told) => isShown && told.ok && setCounts(told.value),
      () => undefined,
    );
    return () => {
      isShown = false;
    };
    // Counted once, as the filter is opened.
  }, []);
  return counts;
}
