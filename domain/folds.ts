import { foldInOrder, type FoldedKind, type Folded, type Occurred } from './fold.ts';
import { foldAddon } from './folds/addon.ts';
import { foldAiUsage, foldCreditPurchase } from './folds/ai.ts';
import { foldEvaluation } from './folds/evaluation.ts';
import { foldIncident } from './folds/incident.ts';
import { foldInvoice } from './folds/invoice.ts';
import { foldLead } from './folds/lead.ts';
import { foldSubscription } from './folds/subscription.ts';

/** The one fold of each kind: pure, in `occurredAt` order. A new kind cannot lack its fold. */
export const folds = {
  lead: (history: readonly Occurred[]) => foldInOrder('lead', foldLead, history),
  subscription: (history: readonly Occurred[]) => foldInOrder('subscription', foldSubscription, history),
  addon: (history: readonly Occurred[]) => foldInOrder('addon', foldAddon, history),
  incident: (history: readonly Occurred[]) => foldInOrder('incident', foldIncident, history),
  invoice: (history: readonly Occurred[]) => foldInOrder('invoice', foldInvoice, history),
  ai_usage: (history: readonly Occurred[]) => foldInOrder('ai_usage', foldAiUsage, history),
  credit_grant: (history: readonly Occurred[]) => foldInOrder('credit_grant', foldCreditPurchase, history),
  evaluation: (history: readonly Occurred[]) => foldInOrder('evaluation', foldEvaluation, history),
} as const satisfies Record<FoldedKind, (history: readonly Occurred[]) => Folded<object>>;
