'use client';

import { ChevronDown, Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';
import { Popover } from '../popover.tsx';

interface FilterPopoverProps {
  readonly label: string;
  /** What is set, in words; undefined where nothing is. */
  readonly value: string | undefined;
  /** Stands between the two, where the chip reads as a sentence. */
  readonly verb?: string;
  readonly onClear: () => void;
  readonly children: (close: () => void) => ReactNode;
}

/** A chip that opens a form: dashed to add a filter, solid to edit or remove it. */
export function FilterPopover({ label, value, verb, onClear, children }: FilterPopoverProps) {
  const isSet = value !== undefined;
  return (
    <span className="inline-flex max-w-full">
      <Popover
        label={label}
        buttonClassName={`chip ${isSet ? 'chip-set rounded-r-none border-r-0' : ''}`}
        button={
          <>
            {!isSet && <Plus size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />}
            <span className="flex-none">{label}</span>
            {isSet && verb && <span className="flex-none text-fg-2">{verb}</span>}
            {isSet && <span className="truncate font-medium">{value}</span>}
            {isSet && <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none text-fg-3" />}
          </>
        }
        className="w-72"
      >
        {children}
      </Popover>
      {isSet && (
        <button
          type="button"
          className="chip chip-set rounded-l-none px-1.5 text-fg-2"
          aria-label={messages.lists.removeFilter(label)}
          onClick={onClear}
        >
          <X size={14} strokeWidth={1.75} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}

/** Stays at the foot whatever the form's length. */
export function FilterFoot({
  onClear,
  clearLabel = messages.lists.clearFilter,
}: {
  readonly onClear: () => void;
  readonly clearLabel?: string;
}) {
  return (
    <div className="flex items-center justify-between border-t border-line p-2">
      <button
        type="button"
        className="button button-small border-transparent bg-transparent shadow-none"
        onClick={onClear}
      >
        {clearLabel}
      </button>
      <button type="submit" className="button button-small button-primary">
        {messages.lists.apply}
      </button>
    </div>
  );
}
