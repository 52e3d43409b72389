'use client';

import type { ReactNode } from 'react';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { incidents } from '../../../../messages/en-incidents.ts';
import type { IncidentState } from '../../../../services/provider/incidents-list.ts';

const stateTones = {
  open: 'info',
  acknowledged: 'plain',
  escalated: 'warn',
  resolved: 'ok',
} as const satisfies Record<IncidentState, Tone>;

interface ShownStateProps {
  readonly row: string;
  readonly state: IncidentState;
}

/** The state of a row; while it is acknowledged, or that is taken back, the one that this leads to. */
export function ShownState({ row, state }: ShownStateProps) {
  const { shown } = useOptimisticRow(row);
  const isEither = state === 'open' || state === 'acknowledged';
  const told = isEither && (shown === 'open' || shown === 'acknowledged') ? shown : state;
  return <StatusBadge tone={stateTones[told]} label={incidents.states[told]} />;
}

const assignedTo = 'assigned:';

/** How a row under way is told whom it will be assigned to. */
export function assigned(name: string): string {
  return `${assignedTo}${name}`;
}

/** Whose an incident is; while it is assigned, whom it is assigned to. */
export function ShownAssignee({ row, children }: { readonly row: string; readonly children: ReactNode }) {
  const { shown } = useOptimisticRow(row);
  return shown?.startsWith(assignedTo) ? <bdi>{shown.slice(assignedTo.length)}</bdi> : children;
}
