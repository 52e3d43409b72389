'use client';

import type { LeadStatus } from '#domain/billing/lead-moves';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useOptimisticRow } from '../../../../components/table/optimistic-rows.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import { setLeadStatus } from './actions.ts';
import type { Fee } from './fee-fields.tsx';
import type { MenuLead } from './lead-items.ts';

export interface Told {
  readonly id: string;
  readonly reason: string;
  /** Of a conversion. */
  readonly fee?: Fee;
}

/** Takes a lead to another status: shown at once, and taken back by the undo of its notice. */
export function useMoveLead(lead: Pick<MenuLead, 'key' | 'label' | 'status'>) {
  const { show } = useOptimisticRow(lead.key);
  const { run } = useStaffAction(setLeadStatus, (_value, { to, statusSeen }) => ({
    title: leads.moved(lead.label, leads.statuses[to]),
    // A conversion is billed: it is no step that could be taken back.
    ...(to !== 'converted' && { undo: () => void takeBack(to, statusSeen) }),
  }));
  const back = useStaffAction(setLeadStatus, (_value, { to }) => ({
    title: leads.moved(lead.label, leads.statuses[to]),
  }));
  const takeBack = (from: LeadStatus, to: LeadStatus) =>
    back.run({ row: lead.key, to, statusSeen: from, id: crypto.randomUUID(), reason: leads.undone }, () => show(to));
  return (to: LeadStatus, told: Told) => run({ row: lead.key, to, statusSeen: lead.status, ...told }, () => show(to));
}
