'use client';

import { textOf } from '../../lists/form-text.ts';
import { messages } from '../../messages/en.ts';
import { FilterFoot, FilterPopover } from './filter-popover.tsx';

export interface RangeFilterProps {
  readonly label: string;
  /** Preset words with the real dates that they stand for. */
  readonly presets: readonly { readonly value: string; readonly label: string; readonly dates: string }[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** What is set, in words. */
  readonly value: string | undefined;
  readonly onChange: (range: { readonly from: string | undefined; readonly to: string | undefined }) => void;
}

export function RangeFilter({ label, presets, from, to, value, onChange }: RangeFilterProps) {
  const clear = () => onChange({ from: undefined, to: undefined });
  const isPreset = presets.some((preset) => preset.value === from);
  return (
    <FilterPopover label={label} value={value} onClear={clear}>
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            const [first, last] = [textOf(form, 'from'), textOf(form, 'to')];
            close();
            onChange(
              first && last && first > last ? { from: last, to: first } : { from: first ?? last, to: last ?? first },
            );
          }}
        >
          <ul className="max-h-64 overflow-y-auto p-1.5">
            {presets.map((preset) => (
              <li key={preset.value}>
                <button
                  type="button"
                  aria-pressed={preset.value === from}
                  className="flex min-h-8 w-full items-center justify-between gap-3 rounded-nav px-2 text-left hover:bg-hover aria-pressed:bg-sunken aria-pressed:font-medium"
                  onClick={() => {
                    close();
                    onChange({ from: preset.value, to: undefined });
                  }}
                >
                  <span>{preset.label}</span>
                  <span className="num text-caption text-fg-3">{preset.dates}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="grid grid-cols-2 gap-2 border-t border-line p-3">
            <DayField name="from" label={messages.lists.from} value={isPreset ? undefined : from} />
            <DayField name="to" label={messages.lists.to} value={isPreset ? undefined : to} />
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

function DayField({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | undefined;
}) {
  return (
    <label className="flex flex-col gap-1 text-caption font-medium text-fg-2">
      {label}
      <input type="date" name={name} className="field field-small font-normal" defaultValue={value} max="9999-12-31" />
    </label>
  );
}
