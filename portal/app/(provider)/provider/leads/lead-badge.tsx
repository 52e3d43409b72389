import type { LeadStatus } from '#domain/billing/lead-moves';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import { leads } from '../../../../messages/en-leads.ts';

const tones = {
  new: 'info',
  contacted: 'info',
  qualified: 'info',
  converted: 'ok',
  disqualified: 'plain',
} as const satisfies Record<LeadStatus, Tone>;

export function LeadBadge({ status }: { readonly status: LeadStatus }) {
  return <StatusBadge tone={tones[status]} label={leads.statuses[status]} />;
}
