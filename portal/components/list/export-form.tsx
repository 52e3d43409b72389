'use client';

import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { ExportOffer } from '../../exports/export-route.ts';
import { textOf } from '../../lists/form-text.ts';
import { changeParams, listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { offeredZones } from '../../preferences/preferences.ts';
import { askForProof } from '../actions/proof.ts';
import { Choice, NamesChoice, RangeChoice, rangeAsked } from './export-choices.tsx';
import type { ExportRange } from './export-choices.tsx';
import type { ExportMenuProps } from './export-menu.tsx';
import { tellWhenMade } from './tell-made.ts';

type State = 'ready' | 'started' | 'busy' | 'unproven' | 'failed';

/** What the file is to hold, and whether it may be had. */
export function ExportForm({ path, params, zone, presets }: ExportMenuProps) {
  const router = useRouter();
  const [word, setWord] = useState('');
  const [days, setDays] = useState<ExportRange>({});
  const [hidden, toggleHidden] = useNames();
  const [metaKeys, toggleMeta] = useNames();
  const [state, setState] = useState<State>('ready');
  const asked = askedParams(params, rangeAsked(word, days));
  const offer = useOffer(path, asked.toString());
  const isEmpty = hidden.size === offer?.columns.length;
  const submit = async (form: FormData) => {
    if (isEmpty) return;
    const [refusal, columns] = await askFor(path, asked, hidden);
    if (refusal !== undefined) return setState(refusal);
    const id = crypto.randomUUID();
    const told = { tz: textOf(form, 'tz'), columns, bom: form.has('bom') ? '1' : undefined, id };
    download(listHref(path, withMeta(changeParams(asked, told), metaKeys)));
    void tellWhenMade(path, id, (href) => router.push(href));
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
        <RangeChoice presets={presets} word={word} days={days} onWord={setWord} onDays={setDays} />
        <Choice label={messages.views.exportZone} name="tz" value={zone} options={zonesWith(zone)} />
        {offer && (
          <NamesChoice
            legend={messages.views.columns}
            names={offer.columns}
            isOn={(name) => !hidden.has(name)}
            onToggle={toggleHidden}
          />
        )}
        {offer && offer.metaKeys.length > 0 && (
          <NamesChoice
            legend={messages.views.exportMeta}
            names={offer.metaKeys}
            isOn={(name) => metaKeys.has(name)}
            onToggle={toggleMeta}
          />
        )}
        <label className="flex items-center gap-2.5">
          <input type="checkbox" name="bom" className="box" />
          {messages.views.exportBom}
        </label>
      </div>
      <ExportFoot state={state} isEmpty={isEmpty} />
    </form>
  );
}

/** Names that are on, and a way to turn one on or off. */
function useNames(): readonly [ReadonlySet<string>, (name: string) => void] {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    const next = new Set(names);
    if (!next.delete(name)) next.add(name);
    setNames(next);
  };
  return [names, toggle];
}

/** The list's filters, with another range where one was chosen. */
function askedParams(params: string, range: ExportRange | undefined): URLSearchParams {
  return changeParams(params, { view: undefined, ...(range?.from && { from: range.from, to: range.to }) });
}

function withMeta(params: URLSearchParams, keys: ReadonlySet<string>): URLSearchParams {
  for (const key of keys) params.append('meta', key);
  return params;
}

function zonesWith(zone: string) {
  return [...new Set([zone, ...offeredZones])].map((one) => ({ value: one, label: one.replaceAll('_', ' ') }));
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

/** By a link, so that the browser shows how far it is; of its own, since who is asked who they are closes the form. */
function download(href: Route): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = '';
  link.click();
}

interface ExportFootProps {
  readonly state: State;
  readonly isEmpty: boolean;
}

function ExportFoot({ state, isEmpty }: ExportFootProps) {
  return (
    <div className="flex items-center justify-between gap-3 border-t border-line p-2 pl-3">
      <p role="status" className={`text-caption ${state === 'started' && !isEmpty ? 'text-fg-2' : 'text-bad-text'}`}>
        {isEmpty ? messages.views.exportNone : state !== 'ready' && messages.views.exportStates[state]}
      </p>
      <button type="submit" className="button button-small button-primary" aria-disabled={isEmpty}>
        {messages.views.exportDownload}
      </button>
    </div>
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
