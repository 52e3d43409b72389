import type { LeadRow } from '../../../../services/provider/leads.service.ts';
import { leadName } from './columns.tsx';
import type { MenuLead } from './lead-items.ts';

export function menuLead(lead: LeadRow): MenuLead {
  const { key, id, status, currency } = lead;
  return {
    key: key.id,
    id,
    label: leadName(lead),
    status,
    hasFee: lead.feeMinor !== undefined,
    isBilled: lead.invoice !== undefined,
    currency,
  };
}
