import type { ReactNode } from 'react';
import { KpiBoundary } from '../kpi/kpi-boundary.tsx';
import { KpiCells } from '../kpi/kpi-strip.tsx';
import type { Kpi } from '../kpi/kpi.ts';
import { part } from '../part.tsx';
import { KpiSkeletons } from './list-skeleton.tsx';

/** The figures above a list, from what they are read of; their skeletons until then, and each says so where that failed. */
export async function figures<S>(
  summary: Promise<S>,
  words: Readonly<Record<string, { readonly label: string }>>,
  kpisOf: (summary: S) => readonly Kpi[],
): Promise<ReactNode> {
  const cells = Object.values(words);
  const read = await part(summary, <KpiSkeletons kpis={cells} />, (told) => <KpiCells kpis={kpisOf(told)} />);
  return <KpiBoundary labels={cells.map(({ label }) => label)}>{read}</KpiBoundary>;
}
