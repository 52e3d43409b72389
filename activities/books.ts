import type { BusinessHours } from '#domain/billing/business-hours';
import type { Folded, Occurred } from '#domain/fold';
import { reportedEntries, type DatedEntry } from '#domain/billing/reported-ledger';
import { folds } from '#domain/folds';
import type { InvoiceState } from '#domain/folds/invoice';
import type { EntityKey } from './entity-key.ts';
import { addonRows } from './rows/addon.ts';
import { aiUsageRows, creditPurchaseRows } from './rows/ai.ts';
import { evaluationRows } from './rows/evaluation.ts';
import { incidentRows } from './rows/incident.ts';
import { invoiceRows } from './rows/invoice.ts';
import { leadRows } from './rows/lead.ts';
import { subscriptionRows } from './rows/subscription.ts';
import type { Rows } from './tables.ts';

export interface FoldedEntity {
  readonly folded: Folded<object>;
  readonly rows: Rows;
  /** What the ledger shall hold of it, where it has to do with it. */
  readonly ledger?: readonly DatedEntry[];
}

/** Folds the whole history of one entity into the rows that the books shall hold for it, in the business hours of its org. */
export function foldEntity(key: EntityKey, history: readonly Occurred[], hours?: BusinessHours): FoldedEntity {
  switch (key.kind) {
    case 'lead':
      return booked(key, folds.lead(history), leadRows);
    case 'subscription':
      return booked(key, folds.subscription(history), subscriptionRows);
    case 'addon':
      return booked(key, folds.addon(history), addonRows);
    case 'incident':
      return booked(key, folds.incident(history), (...told) => incidentRows(...told, hours));
    case 'invoice':
      return bookedInvoice(key, folds.invoice(history));
    case 'ai_usage':
      return booked(key, folds.ai_usage(history), aiUsageRows);
    case 'credit_grant':
      return booked(key, folds.credit_grant(history), creditPurchaseRows);
    case 'evaluation':
      return booked(key, folds.evaluation(history), evaluationRows);
  }
}

function bookedInvoice(key: EntityKey, folded: Folded<InvoiceState>): FoldedEntity {
  const ledger = folded.state === undefined ? [] : reportedEntries(folded.state);
  return { ...booked(key, folded, invoiceRows), ledger };
}

type RowMaker<S> = (key: EntityKey, state: S, folded: Folded<S>) => Rows;

function booked<S extends object>(key: EntityKey, folded: Folded<S>, rowsOf: RowMaker<S>): FoldedEntity {
  return { folded, rows: folded.state === undefined ? {} : rowsOf(key, folded.state, folded) };
}
