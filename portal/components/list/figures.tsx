import type { ReactNode } from 'react';
import { KpiCells } from '../kpi/kpi-strip.tsx';
import type { Kpi } from '../kpi/kpi.ts';
import { part } from '../part.tsx';
import { KpiSkeletons } from './list-skeleton.tsx';

/** The figures above a list, from what they are read of; their skeletons until then. */
export function figures<S>(
  summary: Promise<S>,
  words: Readonly<Record<string, { readonly label: string }>>,
  kpisOf: (summary: S) => readonly Kpi[],
): Promise<ReactNode> {
  return part(summary, <KpiSkeletons kpis={Object.values(words)} />, (read) => <KpiCells kpis={kpisOf(read)} />);
}
