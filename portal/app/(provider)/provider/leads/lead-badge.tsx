import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import type { ShownStatus } from '../../../../services/provider/leads-list.ts';

const tones = {
  new: 'info',
  contacted: 'info',
  qualified: 'info',
  converted: 'ok',
  invoiced: 'ok',
  disqualified: 'plain',
} as const satisfies Record<ShownStatus, Tone>;

export function LeadBadge({ status }: { readonly status: ShownStatus }) {
  return <StatusBadge tone={tones[status]} label={leads.statuses[status]} />;
}
