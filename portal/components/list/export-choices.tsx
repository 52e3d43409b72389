'use client';

import { messages } from '../../messages/en.ts';

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose?: (value: string) => void;
}

export function Choice({ label, name, value, options, onChoose }: ChoiceProps) {
  return (
    <label className="flex flex-col gap-1 text-caption font-medium text-fg-2">
      {label}
      <select
        name={name}
        className="field field-small font-normal"
        defaultValue={value}
        onChange={(event) => onChoose?.(event.target.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** As the URL says it: nothing is the list's own range. */
export interface ExportRange {
  readonly from?: string;
  readonly to?: string;
}

interface RangeChoiceProps {
  readonly presets: readonly { readonly value: string; readonly label: string }[];
  readonly word: string;
  readonly days: ExportRange;
  readonly onWord: (word: string) => void;
  readonly onDays: (days: ExportRange) => void;
}

/** In place of a preset. */
export const ownDays = 'days';

/** The list's range, a preset, or days from and to. */
export function RangeChoice({ presets, word, days, onWord, onDays }: RangeChoiceProps) {
  const { views, lists } = messages;
  const options = [
    { value: '', label: views.exportRangeAsListed },
    ...presets,
    { value: ownDays, label: views.exportRangeOwn },
  ];
  return (
    <>
      <Choice label={views.exportRange} name="range" value={word} options={options} onChoose={onWord} />
      {word === ownDays && (
        <div className="grid grid-cols-2 gap-2">
          {(['from', 'to'] as const).map((name) => (
            <label key={name} className="flex flex-col gap-1 text-caption font-medium text-fg-2">
              {lists[name]}
              <input
                type="date"
                required
                className="field field-small font-normal"
                max="9999-12-31"
                value={days[name] ?? ''}
                onChange={(event) => onDays({ ...days, [name]: event.target.value })}
              />
            </label>
          ))}
        </div>
      )}
    </>
  );
}

/** The range that is asked for; undefined while days are chosen and not both are there. Days in the wrong order are turned round. */
export function rangeAsked(word: string, { from, to }: ExportRange): ExportRange | undefined {
  if (word !== ownDays) return word === '' ? {} : { from: word };
  if (!from || !to) return undefined;
  return from > to ? { from: to, to: from } : { from, to };
}

interface NamesChoiceProps {
  readonly legend: string;
  readonly names: readonly string[];
  readonly isOn: (name: string) => boolean;
  readonly onToggle: (name: string) => void;
}

/** Some of several names, as they stand in the file. */
export function NamesChoice({ legend, names, isOn, onToggle }: NamesChoiceProps) {
  return (
    <fieldset>
      <legend className="pb-1 text-caption font-medium text-fg-2">{legend}</legend>
      <div className="grid grid-cols-2 gap-x-3">
        {names.map((name) => (
          <label key={name} className="flex min-h-7 min-w-0 items-center gap-2">
            <input type="checkbox" className="box" checked={isOn(name)} onChange={() => onToggle(name)} />
            <code className="truncate font-mono text-code" title={name}>
              {name}
            </code>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
