'use client';

import { textOf } from '../../lists/form-text.ts';
import { FilterFoot, FilterPopover } from './filter-popover.tsx';

export interface TextsFilterProps {
  readonly label: string;
  readonly fields: readonly { readonly name: string; readonly label: string; readonly value: string | undefined }[];
  readonly onChange: (values: Readonly<Record<string, string | undefined>>) => void;
}

/** Exact ids, several in one form. */
export function TextsFilter({ label, fields, onChange }: TextsFilterProps) {
  const set = fields.filter(({ value }) => value !== undefined);
  const value = set.length > 0 ? set.map((field) => field.value).join(', ') : undefined;
  const clear = () => onChange(Object.fromEntries(fields.map(({ name }) => [name, undefined])));
  return (
    <FilterPopover label={label} value={value} onClear={clear}>
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            close();
            onChange(Object.fromEntries(fields.map(({ name }) => [name, textOf(form, name)])));
          }}
        >
          <div className="flex flex-col gap-3 p-3">
            {fields.map((field, index) => (
              <label key={field.name} className="flex flex-col gap-1 text-caption font-medium text-fg-2">
                {field.label}
                <input
                  name={field.name}
                  className="field field-small font-mono text-code font-normal"
                  autoFocus={index === 0}
                  defaultValue={field.value}
                  autoComplete="off"
                  spellCheck={false}
                />
              </label>
            ))}
          </div>
          <FilterFoot
            onClear={() => {
              close();
              clear();
            }}
          />
        </form>
      )}
    </FilterPopover>
  );
}
