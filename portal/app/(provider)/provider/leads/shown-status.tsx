'use client';

import { isLeadStatus } from '#domain/billing/lead-moves';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import type { ShownStatus as Status } from '../../../../services/provider/leads-list.ts';
import { LeadBadge } from './lead-badge.tsx';

/** The status of a row; while it is being changed, the one that it is changed to. */
export function ShownStatus({ row, status }: { readonly row: string; readonly status: Status }) {
  const { shown = status } = useOptimisticRow(row);
  return <LeadBadge status={isLeadStatus(shown) ? shown : status} />;
}
