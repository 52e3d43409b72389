import { can } from '../../../../auth/access.ts';
import type { Staff } from '../../../../auth/session.ts';
import type { LeadRow } from '../../../../services/provider/leads.service.ts';
import { leadName } from './columns.tsx';
import type { LeadRights, MenuLead } from './lead-items.ts';

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

/** What a member may do with leads. */
export function leadRights(staff: Staff): LeadRights {
  return {
    convert: can(staff, 'leads', 'convert'),
    disqualify: can(staff, 'leads', 'disqualify'),
    invoice: can(staff, 'leads', 'invoice'),
  };
}
