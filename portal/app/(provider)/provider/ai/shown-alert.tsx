'use client';

import type { ReactNode } from 'react';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { nothing } from '../../../../format/numbers.ts';
import { ai, aiAlerts } from '../../../../messages/en-ai.ts';

interface ShownProps {
  readonly row: string;
  readonly children: ReactNode;
}

/** Who has seen an alert; while that is being changed, what it is changed to. */
export function ShownAcknowledged({ row, children }: ShownProps) {
  const { shown } = useOptimisticRow(row);
  if (shown === 'acknowledged') return aiAlerts.states.acknowledged;
  return shown === 'withdrawn' ? <span className="text-fg-3">{nothing}</span> : children;
}

/** When anybody was told, or that nobody is. */
export function ShownMuted({ row, isMuted, children }: ShownProps & { readonly isMuted: boolean }) {
  const { shown } = useOptimisticRow(row);
  if (shown === 'muted') return ai.muted;
  return isMuted && shown !== 'unmuted' ? ai.muted : children;
}
