'use client';

import { createContext, use, useOptimistic } from 'react';
import type { ReactNode } from 'react';

type Shown = Readonly<Record<string, string>>;

interface OptimisticRow {
  /** What an action under way will make of the row; undefined when none is. */
  readonly shown: string | undefined;
  /** Within an action: taken back by itself when the action ends, whatever it came to. */
  readonly show: (value: string) => void;
}

const none: Shown = {};
const RowsContext = createContext<readonly [Shown, (row: Shown) => void]>([none, () => undefined]);

/** Lets rows show what an action will come to before its answer is there. */
export function OptimisticRows({ children }: { readonly children: ReactNode }) {
  const [shown, show] = useOptimistic(none, (before, row: Shown) => ({ ...before, ...row }));
  return <RowsContext value={[shown, show]}>{children}</RowsContext>;
}

export function useOptimisticRow(id: string): OptimisticRow {
  const [shown, show] = use(RowsContext);
  return { shown: shown[id], show: (value) => show({ [id]: value }) };
}
