'use client';

import { Search } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import type { ReactNode } from 'react';
import { textOf } from '../../lists/form-text.ts';
import { changeParams, joinWords, listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { ListFilter } from './list-filter.tsx';
import type { ListFilterProps } from './list-filter.tsx';
import { RangeFilter } from './range-filter.tsx';
import type { RangeFilterProps } from './range-filter.tsx';
import { TextsFilter } from './texts-filter.tsx';
import type { TextsFilterProps } from './texts-filter.tsx';

export interface FilterBarProps {
  readonly path: Route;
  /** By which its rows are counted, where that is not its path. */
  readonly list?: string;
  /** The list without filters, where that is not its path alone. */
  readonly allHref?: Route;
  /** The list's parameters without its page. */
  readonly params: string;
  /** None where there is nothing to be found by words. */
  readonly search?: { readonly label: string; readonly placeholder: string; readonly value: string | undefined };
  readonly range?: Omit<RangeFilterProps, 'onChange'> | undefined;
  readonly lists: readonly Omit<ListFilterProps, 'onChange'>[];
  /** Ranges of other instants than the list's own, each in one parameter. */
  readonly ranges?: readonly (Omit<RangeFilterProps, 'onChange'> & { readonly name: string })[] | undefined;
  readonly texts?: Omit<TextsFilterProps, 'onChange'> | undefined;
  readonly hasFilters: boolean;
  readonly children?: ReactNode;
}

/** Every filter of a list. What it says is the URL; any change begins at the first page. */
export function FilterBar({
  path,
  list: name = path,
  allHref = path,
  params,
  search,
  range,
  lists,
  ranges = [],
  texts,
  hasFilters,
  children,
}: FilterBarProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const change = (changes: Readonly<Record<string, string | undefined>>) =>
    startTransition(() => router.push(listHref(path, changeParams(params, changes)), { scroll: false }));
  return (
    <div
      role="search"
      aria-label={messages.lists.filters}
      aria-busy={isPending}
      className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 lg:flex-nowrap"
    >
      <div className="flex min-w-0 flex-wrap items-center gap-2 max-[479px]:w-full">
        {search && <SearchField {...search} onChange={(q) => change({ q })} />}
        {range && <RangeFilter {...range} onChange={change} />}
        {lists.map((list) => (
          <ListFilter
            key={list.name}
            of={{ list: name, params }}
            {...list}
            onChange={(values) => change({ [list.name]: joinWords(values) })}
          />
        ))}
        {ranges.map(({ name, ...told }) => (
          <RangeFilter
            key={name}
            {...told}
            onChange={({ from, to }) => change({ [name]: to === undefined || to === from ? from : `${from}_${to}` })}
          />
        ))}
        {texts && <TextsFilter {...texts} onChange={change} />}
        {hasFilters && (
          <button
            type="button"
            className="h-7 px-1.5 text-fg-2 hover:text-fg hover:underline"
            onClick={() => startTransition(() => router.push(allHref, { scroll: false }))}
          >
            {messages.lists.clearAll}
          </button>
        )}
      </div>
      {children && (
        <div className="ml-auto flex max-w-full flex-none flex-wrap items-center justify-end gap-2">{children}</div>
      )}
    </div>
  );
}

function SearchField({
  label,
  placeholder,
  value,
  onChange,
}: NonNullable<FilterBarProps['search']> & { readonly onChange: (q: string | undefined) => void }) {
  return (
    <form
      key={value}
      className="relative w-full min-[480px]:w-52"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(textOf(new FormData(event.currentTarget), 'q'));
      }}
    >
      <Search size={14} strokeWidth={1.75} aria-hidden="true" className="absolute top-[7px] left-2.5 text-fg-3" />
      <input
        type="search"
        name="q"
        className="field field-small pl-8"
        aria-label={label}
        placeholder={placeholder}
        defaultValue={value}
        maxLength={320}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}
