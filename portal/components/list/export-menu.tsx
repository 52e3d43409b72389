'use client';

import { Download } from 'lucide-react';
import type { Route } from 'next';
import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import type { ExportOffer } from '../../exports/export-route.ts';
import { textOf } from '../../lists/form-text.ts';
import { changeParams, listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { offeredZones } from '../../preferences/preferences.ts';
import { askForProof } from '../actions/proof.ts';
import { Popover } from '../popover.tsx';

export interface ExportMenuProps {
  readonly path: Route;
  /** The list's parameters: its filters and range are the file's. */
  readonly params: string;
  readonly zone: string;
  readonly presets: readonly { readonly value: string; readonly label: string }[];
}

/** All rows that match the filters, as a file: of another range, in another zone, of some columns, if so wished. */
export function ExportMenu(props: ExportMenuProps) {
  return (
    <Popover
      label={messages.views.exportTitle}
      buttonClassName="button button-small"
      button={
        <>
          <Download size={14} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
          {messages.views.export}
        </>
      }
      align="end"
      paletteName={messages.views.exportTitle}
      className="w-80"
    >
      {() => <ExportForm {...props} />}
    </Popover>
  );
}

type State = 'ready' | 'started' | 'busy' | 'unproven' | 'failed';

function ExportForm({ path, params, zone, presets }: ExportMenuProps) {
  const [range, setRange] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [state, setState] = useState<State>('ready');
  const download = useRef<HTMLAnchorElement>(null);
  const asked = changeParams(params, { view: undefined, ...(range !== '' && { from: range, to: undefined }) });
  const offer = useOffer(path, asked.toString());
  const submit = async (form: FormData) => {
    const [refusal, columns] = await askFor(path, asked, hidden);
    if (refusal !== undefined || !download.current) return setState(refusal ?? 'failed');
    const chosen = { tz: textOf(form, 'tz'), columns, bom: form.has('bom') ? '1' : undefined };
    download.current.href = listHref(path, changeParams(asked, chosen));
    download.current.click();
    return setState('started');
  };
  return (
    <form
      className="flex max-h-[inherit] flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
        <p className="font-medium" role="status">
          {offer ? messages.views.exportRows(offer.rows) : messages.views.exportCounting}
        </p>
        <Choice
          label={messages.views.exportRange}
          name="range"
          value={range}
          options={[{ value: '', label: messages.views.exportRangeAsListed }, ...presets]}
          onChoose={setRange}
        />
        <Choice
          label={messages.views.exportZone}
          name="tz"
          value={zone}
          options={[...new Set([zone, ...offeredZones])].map((one) => ({
            value: one,
            label: one.replaceAll('_', ' '),
          }))}
        />
        {offer && <ColumnsChoice columns={offer.columns} hidden={hidden} onChange={setHidden} />}
        <label className="flex items-center gap-2.5">
          <input type="checkbox" name="bom" className="size-4 flex-none accent-accent" />
          {messages.views.exportBom}
        </label>
      </div>
      <ExportFoot path={path} download={download} state={state} isEmpty={hidden.size === offer?.columns.length} />
    </form>
  );
}

/** Whether the file may be had now, and which columns are asked for where not all are. */
async function askFor(
  path: Route,
  asked: URLSearchParams,
  hidden: ReadonlySet<string>,
): Promise<[State | undefined, (string | undefined)?]> {
  let offer = await readOffer(path, asked);
  if (offer?.mustProve && (await askForProof())) offer = await readOffer(path, asked);
  if (!offer) return ['failed'];
  if (offer.mustProve) return ['unproven'];
  if (!offer.isFree) return ['busy'];
  return [undefined, hidden.size > 0 ? offer.columns.filter((name) => !hidden.has(name)).join(',') : undefined];
}

interface ExportFootProps {
  readonly path: Route;
  readonly download: RefObject<HTMLAnchorElement | null>;
  readonly state: State;
  readonly isEmpty: boolean;
}

function ExportFoot({ path, download, state, isEmpty }: ExportFootProps) {
  return (
    <div className="flex items-center justify-between gap-3 border-t border-line p-2 pl-3">
      <p role="status" className={`text-caption ${state === 'started' ? 'text-fg-2' : 'text-bad-text'}`}>
        {state !== 'ready' && messages.views.exportStates[state]}
      </p>
      {/* What downloads is a link, so that the browser shows how far it is. */}
      <a ref={download} href={path} download hidden aria-hidden="true" tabIndex={-1}>
        {messages.views.exportDownload}
      </a>
      <button type="submit" className="button button-small button-primary" disabled={isEmpty}>
        {messages.views.exportDownload}
      </button>
    </div>
  );
}

interface ColumnsChoiceProps {
  readonly columns: readonly string[];
  readonly hidden: ReadonlySet<string>;
  readonly onChange: (hidden: ReadonlySet<string>) => void;
}

function ColumnsChoice({ columns, hidden, onChange }: ColumnsChoiceProps) {
  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    onChange(next);
  };
  return (
    <fieldset>
      <legend className="pb-1 text-caption font-medium text-fg-2">{messages.views.columns}</legend>
      <div className="grid grid-cols-2 gap-x-3">
        {columns.map((name) => (
          <label key={name} className="flex min-h-7 min-w-0 items-center gap-2">
            <input
              type="checkbox"
              className="size-4 flex-none accent-accent"
              checked={!hidden.has(name)}
              onChange={() => toggle(name)}
            />
            <code className="truncate font-mono text-code" title={name}>
              {name}
            </code>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose?: (value: string) => void;
}

function Choice({ label, name, value, options, onChoose }: ChoiceProps) {
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

/** How many rows the file would have, and which columns. */
function useOffer(path: Route, params: string): ExportOffer | undefined {
  const [read, setRead] = useState<{ readonly params: string; readonly offer: ExportOffer }>();
  useEffect(() => {
    let isWanted = true;
    void readOffer(path, new URLSearchParams(params)).then((offer) => isWanted && offer && setRead({ params, offer }));
    return () => {
      isWanted = false;
    };
  }, [path, params]);
  // While another range is counted its columns are known already.
  return read && { ...read.offer, rows: read.params === params ? read.offer.rows : '…' };
}

async function readOffer(path: Route, params: URLSearchParams): Promise<ExportOffer | undefined> {
  try {
    const response = await fetch(listHref(path, changeParams(params, { offer: '1' })));
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
