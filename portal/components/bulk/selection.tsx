'use client';

import dynamic from 'next/dynamic';
import { createContext, use, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import type { BulkResult } from '../../actions/bulk-result.ts';
import type { Picked } from '../../actions/picked.ts';

// Fetched when the first write of many has ended.
const ResultPanel = dynamic(() => import('./result-panel.tsx').then((part) => part.ResultPanel));

/** What a bulk write came to. */
export interface Finished {
  readonly title: string;
  /** Of its file. */
  readonly name: string;
  readonly result: BulkResult;
}

export interface Selection {
  readonly count: number;
  readonly isMatching: boolean;
  readonly picked: Picked;
  readonly has: (id: string) => boolean;
  /** With `isRange` all rows of the page from the one chosen before up to this one. */
  readonly toggle: (id: string, isRange: boolean) => void;
  readonly setPage: (isOn: boolean) => void;
  readonly pageIds: readonly string[];
  readonly pickMatching: () => void;
  readonly clear: () => void;
  /** Shows what a write came to, also when no row of it is in the list any more. */
  readonly finish: (finished: Finished) => void;
}

const SelectionContext = createContext<Selection | undefined>(undefined);

interface SelectionProviderProps {
  /** The rows of this page, in their order. */
  readonly pageIds: readonly string[];
  /** Of those that have one, by id: which version they are of as the page shows them. */
  readonly versions?: Readonly<Record<string, number>> | undefined;
  /** The filters, as the list's URL says them. */
  readonly params: string;
  /** How many rows match them. */
  readonly total: number;
  readonly children: ReactNode;
}

/** Which rows are chosen: by id, also on other pages, or all that match the filters. Other filters end it. */
export function SelectionProvider({ pageIds, versions, params, total, children }: SelectionProviderProps) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [saw, setSaw] = useState<Readonly<Record<string, number>>>({});
  const [isMatching, setMatching] = useState(false);
  const [finished, finish] = useState<Finished>();
  const last = useRef<string>(undefined);
  const filters = filtersOf(params);
  const [chosenOf, setChosenOf] = useState(filters);
  if (chosenOf !== filters) {
    setChosenOf(filters);
    setIds(new Set());
    setMatching(false);
  }
  const selection = useMemo((): Selection => {
    const has = (id: string) => isMatching || ids.has(id);
    const change = (changed: readonly string[], isOn: boolean) => {
      setMatching(false);
      setSaw({ ...saw, ...versions });
      // From all that match, what is taken away leaves the rest of the page.
      setIds(changedSet(isMatching ? new Set(pageIds) : ids, changed, isOn));
    };
    return {
      count: isMatching ? total : ids.size,
      isMatching,
      picked: isMatching
        ? { kind: 'matching', params, seen: total }
        : { kind: 'ids', ids: [...ids], versions: versionsOf(ids, saw) },
      pageIds,
      has,
      toggle: (id, isRange) => {
        change(isRange ? rangeOf(pageIds, last.current, id) : [id], !has(id));
        last.current = id;
      },
      setPage: (isOn) => change(pageIds, isOn),
      pickMatching: () => setMatching(true),
      clear: () => {
        setMatching(false);
        setIds(new Set());
      },
      finish,
    };
  }, [ids, saw, versions, isMatching, pageIds, params, total]);
  return (
    <SelectionContext value={selection}>
      {children}
      {finished && (
        <ResultPanel
          {...finished}
          onClose={() => {
            finish(undefined);
            selection.clear();
          }}
        />
      )}
    </SelectionContext>
  );
}

/** Undefined where rows cannot be chosen. */
export function useChosen(): Selection | undefined {
  return use(SelectionContext);
}

export function useSelection(): Selection {
  const selection = useChosen();
  if (!selection) throw new Error('there is no selection around this');
  return selection;
}

function versionsOf(ids: ReadonlySet<string>, saw: Readonly<Record<string, number>>) {
  const known = Object.entries(saw).filter(([id]) => ids.has(id));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function changedSet(before: ReadonlySet<string>, changed: readonly string[], isOn: boolean): ReadonlySet<string> {
  const next = new Set(before);
  for (const id of changed) {
    if (isOn) next.add(id);
    else next.delete(id);
  }
  return next;
}

function rangeOf(pageIds: readonly string[], from: string | undefined, to: string): readonly string[] {
  const [a, b] = [pageIds.indexOf(from ?? to), pageIds.indexOf(to)];
  return a < 0 ? [to] : pageIds.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** What decides which rows there are, not their order or how many of them a page has. */
function filtersOf(params: string): string {
  return [...new URLSearchParams(params)].filter(([name]) => name !== 'sort' && name !== 'size').join('&');
}
