import type { LeadStatus } from '#domain/billing/lead-moves';
import { mayMoveLead } from '#domain/billing/lead-moves';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { messages } from '../../../../messages/en.ts';
import { leads } from '../../../../messages/en-leads.ts';

/** What a lead's menu knows of it. */
export interface MenuLead {
  /** Names the row. */
  readonly key: string;
  readonly id: string;
  readonly label: string;
  readonly status: LeadStatus;
  readonly hasFee: boolean;
  readonly isBilled: boolean;
  /** Of its value: the likely one of its fee. */
  readonly currency: string | undefined;
}

export interface LeadRights {
  readonly convert: boolean;
  readonly disqualify: boolean;
  readonly invoice: boolean;
}

export type LeadDialog = 'converted' | 'disqualified' | 'fee' | 'invoice';

interface LeadActs {
  readonly move: (to: LeadStatus) => void;
  readonly ask: (dialog: LeadDialog) => void;
}

/** Every action, also those that cannot be taken now: these say why. */
export function leadItems(lead: MenuLead, rights: LeadRights, acts: LeadActs): readonly MenuItem[] {
  const { items } = leads;
  const step = (to: LeadStatus, onSelect: () => void): MenuItem => ({
    id: to,
    label: items[to],
    onSelect,
    disabled: againstMove(lead, to, to === 'disqualified' ? rights.disqualify : rights.convert),
  });
  return [
    ...(lead.status === 'new' ? [] : [step('new', () => acts.move('new'))]),
    step('contacted', () => acts.move('contacted')),
    step('qualified', () => acts.move('qualified')),
    step('converted', () => acts.ask('converted')),
    {
      id: 'fee',
      label: items.fee,
      onSelect: () => acts.ask('fee'),
      disabled: againstFee(lead, rights),
      isApart: true,
    },
    {
      id: 'invoice',
      label: items.invoice,
      onSelect: () => acts.ask('invoice'),
      disabled: againstInvoice(lead, rights),
    },
    { ...step('disqualified', () => acts.ask('disqualified')), isBad: true, isApart: true },
  ];
}

function againstMove({ status }: MenuLead, to: LeadStatus, hasRight: boolean): string | undefined {
  if (!hasRight) return messages.actions.refusals.forbidden;
  if (status === to) return leads.alreadyThere;
  if (mayMoveLead(status, to)) return undefined;
  return status === 'converted' ? leads.conversionStands : leads.notAllowed(status, to);
}

function againstFee({ hasFee, isBilled }: MenuLead, { invoice }: LeadRights): string | undefined {
  if (!invoice) return messages.actions.refusals.forbidden;
  return hasFee || isBilled ? leads.hasFee : undefined;
}

function againstInvoice({ status, hasFee, isBilled }: MenuLead, { invoice }: LeadRights): string | undefined {
  if (!invoice) return messages.actions.refusals.forbidden;
  if (isBilled) return leads.notAdded.already_billed;
  if (status !== 'converted') return leads.notAdded.not_converted;
  return hasFee ? undefined : leads.notAdded.unpriced;
}
