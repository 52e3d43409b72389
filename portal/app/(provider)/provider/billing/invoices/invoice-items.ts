import type { MenuItem } from '../../../../../components/actions/menu-popup.tsx';
import { invoices } from '../../../../../messages/en-billing.ts';
import { invoiceActs } from '../../../../../messages/en-invoice-acts.ts';
import type { DunningState, InvoiceSource, InvoiceStatus } from '../../../../../services/provider/billing-lists.ts';
import type { InvoiceStanding } from '../../../../../services/provider/billing-orders.ts';

/** What an invoice's menu knows of it. */
export interface MenuInvoice {
  /** Names the row. */
  readonly key: string;
  readonly id: string;
  readonly label: string;
  readonly source: InvoiceSource;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly paidMinor: bigint;
  readonly dueMinor: bigint;
  readonly refundedMinor: bigint;
  readonly version: number;
  /** How its collection stands, where that is what the list is about. */
  readonly dunning?: DunningState;
}

export const invoiceDialogs = [
  'retry',
  'pause',
  'resume',
  'notice',
  'credit',
  'refund',
  'takeBack',
  'void',
  'uncollectible',
  'writeOff',
] as const;
export type InvoiceDialog = (typeof invoiceDialogs)[number];

interface InvoiceActs {
  readonly pdf: () => void;
  readonly ask: (dialog: InvoiceDialog) => void;
}

const ofDunning = ['retry', 'pause', 'resume', 'notice'] as const satisfies readonly InvoiceDialog[];
const ofMoney = ['credit', 'refund', 'takeBack', 'void'] as const satisfies readonly InvoiceDialog[];
const ofLoss = ['uncollectible', 'writeOff'] as const satisfies readonly InvoiceDialog[];

/** Every action, also those that cannot be taken now: these say why. */
export function invoiceItems(invoice: MenuInvoice, acts: InvoiceActs): readonly MenuItem[] {
  const item = (dialog: InvoiceDialog, isApart: boolean, isBad = false): MenuItem => ({
    id: dialog,
    label: invoiceActs[dialog].item,
    onSelect: () => acts.ask(dialog),
    disabled: against(invoice, dialog),
    isApart,
    isBad,
  });
  const group = (dialogs: readonly InvoiceDialog[], isBad = false) =>
    dialogs.map((dialog, index) => item(dialog, index === 0, isBad));
  return [
    { id: 'pdf', label: invoiceActs.pdf, onSelect: acts.pdf, disabled: againstPdf(invoice) },
    ...group(invoice.dunning === undefined ? ['retry'] : ofDunning),
    ...group(ofMoney),
    ...group(ofLoss, true),
  ];
}

/** Why it cannot be done as the invoice stands, as far as the list knows; the books have the last word. */
export function against(invoice: MenuInvoice, dialog: InvoiceDialog): string | undefined {
  const { why } = invoiceActs;
  const { source, status, paidMinor, dueMinor, refundedMinor, dunning } = invoice;
  if (source === 'reported') return why.ofTenant;
  const notOpen = status === 'open' ? undefined : why.notOpen;
  switch (dialog) {
    case 'credit':
    case 'uncollectible':
      return notOpen;
    case 'void':
      return notOpen ?? (paidMinor > 0n ? why.hasMoney : undefined);
    case 'refund':
      return paidMinor > refundedMinor && status !== 'void' ? undefined : why.nothingPaid;
    case 'takeBack':
      return refundedMinor > 0n ? undefined : why.nothingRefunded;
    case 'writeOff':
      if (status !== 'uncollectible') return why.notUncollectible;
      return dueMinor > 0n ? undefined : why.nothingDue;
    case 'retry':
      if (status !== 'open' && status !== 'uncollectible') return why.notOpen;
      return dueMinor > 0n ? undefined : why.nothingDue;
    case 'pause':
    case 'notice':
      if (dunning === 'none' || dunning === 'ended') return why.noCase;
      return dialog === 'pause' && dunning === 'paused' ? why.isPaused : undefined;
    case 'resume':
      return dunning === 'paused' ? undefined : why.notPaused;
  }
}

function againstPdf({ source, status }: MenuInvoice): string | undefined {
  if (source === 'reported') return invoiceActs.why.documentElsewhere;
  return status === 'draft' || status === 'incomplete' ? invoiceActs.why.draft : undefined;
}

export function isInvoiceStatus(word: string): word is InvoiceStatus {
  return Object.hasOwn(invoices.statuses, word);
}

/** The invoice once an act is done. */
export function afterAct(invoice: MenuInvoice, act: InvoiceDialog, standing: InvoiceStanding): MenuInvoice {
  const isHeld = act === 'pause' || act === 'resume';
  return {
    ...invoice,
    status: isInvoiceStatus(standing.status) ? standing.status : invoice.status,
    version: standing.version,
    paidMinor: BigInt(standing.paidMinor),
    dueMinor: BigInt(standing.dueMinor),
    refundedMinor: BigInt(standing.refundedMinor),
    ...(isHeld && { dunning: act === 'pause' ? 'paused' : 'retrying' }),
  };
}
