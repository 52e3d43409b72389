export const leadStatuses = ['new', 'contacted', 'qualified', 'converted', 'disqualified'] as const;
export type LeadStatus = (typeof leadStatuses)[number];

/** Where staff may take a lead from where it is; a step back takes one back. A conversion stays: it is billed. */
const moves = {
  new: ['contacted', 'qualified', 'converted', 'disqualified'],
  contacted: ['new', 'qualified', 'converted', 'disqualified'],
  qualified: ['new', 'contacted', 'converted', 'disqualified'],
  converted: [],
  disqualified: ['new', 'contacted', 'qualified'],
} as const satisfies Record<LeadStatus, readonly LeadStatus[]>;

export function mayMoveLead(from: LeadStatus, to: LeadStatus): boolean {
  const allowed: readonly LeadStatus[] = moves[from];
  return allowed.includes(to);
}

export function isLeadStatus(text: string): text is LeadStatus {
  return leadStatuses.some((status) => status === text);
}
