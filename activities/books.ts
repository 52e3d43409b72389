import type { Folded, FoldedKind, Occurred } from '#domain/fold';
import { folds } from '#domain/folds';
import { addonStatus, type AddonState } from '#domain/folds/addon';
import type { AiUsageState, CreditPurchaseState } from '#domain/folds/ai';
import type { EvaluationState } from '#domain/folds/evaluation';
import { dueInstants, type IncidentState } from '#domain/folds/incident';
import { invoiceFigures, type InvoiceState } from '#domain/folds/invoice';
import type { LeadState } from '#domain/folds/lead';
import { monthlyMinor, type SubscriptionState } from '#domain/folds/subscription';
import { instantText, optionalInstantText } from './instant-text.ts';
import type { Rows } from './tables.ts';

export interface EntityKey {
  readonly orgId: string;
  readonly kind: FoldedKind;
  readonly id: string;
}

export interface FoldedEntity {
  readonly folded: Folded<object>;
  readonly rows: Rows;
}

/** Folds the whole history of one entity into the rows that the books shall hold for it. */
export function foldEntity(key: EntityKey, history: readonly Occurred[]): FoldedEntity {
  switch (key.kind) {
    case 'lead':
      return booked(key, folds.lead(history), leadRows);
    case 'subscription':
      return booked(key, folds.subscription(history), subscriptionRows);
    case 'addon':
      return booked(key, folds.addon(history), addonRows);
    case 'incident':
      return booked(key, folds.incident(history), incidentRows);
    case 'invoice':
      return booked(key, folds.invoice(history), invoiceRows);
    case 'ai_usage':
      return booked(key, folds.ai_usage(history), aiUsageRows);
    case 'credit_grant':
      return booked(key, folds.credit_grant(history), creditPurchaseRows);
    case 'evaluation':
      return booked(key, folds.evaluation(history), evaluationRows);
  }
}

/** The id of a reported invoice's row: rated ones have ids of their own, which cannot be equal. */
export function reportedInvoiceId(ref: string): string {
  return `reported:${ref}`;
}

type RowMaker<S> = (key: EntityKey, state: S, folded: Folded<S>) => Rows;

function booked<S extends object>(key: EntityKey, folded: Folded<S>, rowsOf: RowMaker<S>): FoldedEntity {
  return { folded, rows: folded.state === undefined ? {} : rowsOf(key, folded.state, folded) };
}

function leadRows({ orgId, id }: EntityKey, state: LeadState, { version, createdAt }: Folded<LeadState>): Rows {
  return {
    lead: [
      {
        org_id: orgId,
        id,
        status: state.status,
        source: state.source,
        name: state.name,
        email: state.email,
        phone: state.phone,
        company: state.company,
        value_minor: state.valueMinor,
        currency: state.currency,
        meta: state.meta,
        fee_minor: state.feeMinor,
        fee_currency: state.feeCurrency,
        received_at: optionalInstantText(state.receivedAt),
        converted_at: optionalInstantText(state.convertedAt),
        created_at: instantText(createdAt),
        version,
      },
    ],
  };
}

function subscriptionRows(
  { orgId, id }: EntityKey,
  state: SubscriptionState,
  { version, createdAt }: Folded<SubscriptionState>,
): Rows {
  return {
    subscription: [
      {
        org_id: orgId,
        id,
        status: state.status,
        plan: state.plan,
        price_minor: state.priceMinor,
        currency: state.currency,
        interval: state.interval,
        quantity: state.quantity,
        mrr_minor: String(monthlyMinor(state)),
        trial_ends_at: optionalInstantText(state.trialEndsAt),
        renews_at: optionalInstantText(state.renewsAt),
        started_at: optionalInstantText(state.startedAt),
        canceled_at: optionalInstantText(state.canceledAt),
        cancel_reason: state.cancelReason,
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
    subscription_change: state.changes.map((change) => ({
      org_id: orgId,
      event_id: change.eventId,
      subscription_id: id,
      changed_at: instantText(change.changedAt),
      action: change.action,
      status: change.status,
      plan: change.plan,
      price_minor: change.priceMinor,
      currency: change.currency,
      interval: change.interval,
      quantity: change.quantity,
      mrr_minor: String(change.mrrMinor),
    })),
  };
}

function addonRows({ orgId, id }: EntityKey, state: AddonState, { version, createdAt }: Folded<AddonState>): Rows {
  return {
    addon_purchase: [
      {
        org_id: orgId,
        id,
        status: addonStatus(state),
        sku: state.sku,
        amount_minor: String(state.amountMinor),
        currency: state.currency,
        quantity: state.quantity,
        refunded_minor: String(state.refundedMinor),
        purchased_at: instantText(state.purchasedAt),
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
    addon_refund: state.refunds.map((refund) => ({
      org_id: orgId,
      event_id: refund.eventId,
      purchase_id: id,
      amount_minor: String(refund.amountMinor),
      reason: refund.reason,
      refunded_at: instantText(refund.refundedAt),
    })),
  };
}

function incidentRows(
  { orgId, id }: EntityKey,
  state: IncidentState,
  { version, createdAt }: Folded<IncidentState>,
): Rows {
  const due = dueInstants(state);
  return {
    incident: [
      {
        org_id: orgId,
        id,
        status: state.status,
        title: state.title,
        severity: state.severity,
        description: state.description,
        level: state.level,
        escalation_reason: state.escalationReason,
        resolution: state.resolution,
        opened_at: optionalInstantText(state.openedAt),
        escalated_at: optionalInstantText(state.escalatedAt),
        resolved_at: optionalInstantText(state.resolvedAt),
        response_due_at: optionalInstantText(due.responseDueAt),
        resolution_due_at: optionalInstantText(due.resolutionDueAt),
        meta: state.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
  };
}

function invoiceRows(
  { orgId, id: ref }: EntityKey,
  state: InvoiceState,
  { version, createdAt }: Folded<InvoiceState>,
): Rows {
  const id = reportedInvoiceId(ref);
  const { issued, currency } = state;
  const figures = invoiceFigures(state);
  const total = String(figures.totalMinor);
  return {
    invoice: [
      {
        org_id: orgId,
        id,
        source: 'reported',
        ref,
        status: figures.status,
        number: issued?.number,
        stream: issued?.stream,
        currency,
        subtotal_minor: total,
        discount_minor: 0,
        tax_minor: 0,
        total_minor: total,
        paid_minor: String(figures.paidMinor),
        due_minor: String(figures.dueMinor),
        credited_minor: 0,
        refunded_minor: String(figures.refundedMinor),
        overpaid_minor: String(figures.overpaidMinor),
        issued_at: optionalInstantText(issued?.issuedAt),
        due_at: optionalInstantText(issued?.dueAt),
        paid_at: optionalInstantText(state.paidAt),
        meta: issued?.meta,
        created_at: instantText(createdAt),
        version,
      },
    ],
    invoice_line:
      issued === undefined
        ? []
        : [
            {
              org_id: orgId,
              invoice_id: id,
              source_key: 'reported',
              stream: issued.stream,
              description: 'As reported',
              quantity: 1,
              amount_minor: total,
              created_at: instantText(issued.issuedAt),
            },
          ],
    payment: state.payments.map((payment) => ({
      org_id: orgId,
      invoice_id: id,
      ref: payment.ref,
      status: payment.status,
      amount_minor: String(payment.amountMinor),
      currency,
      method: payment.method,
      failure_code: payment.failureCode,
      at: instantText(payment.at),
      meta: payment.meta,
    })),
    refund: state.refunds.map((refund) => ({
      org_id: orgId,
      invoice_id: id,
      ref: refund.ref,
      payment_ref: refund.paymentRef,
      amount_minor: String(refund.amountMinor),
      currency,
      reason: refund.reason,
      at: instantText(refund.at),
      meta: refund.meta,
    })),
  };
}

function aiUsageRows({ orgId, id }: EntityKey, state: AiUsageState, { version }: Folded<AiUsageState>): Rows {
  return {
    ai_usage_event: [
      {
        org_id: orgId,
        id,
        feature: state.feature,
        model: state.model,
        credits: state.credits,
        prompt_tokens: state.promptTokens,
        completion_tokens: state.completionTokens,
        cost_minor: state.costMinor,
        currency: state.currency,
        used_at: instantText(state.usedAt),
        meta: state.meta,
        version,
      },
    ],
  };
}

const purchasedPriority = 100;

function creditPurchaseRows(
  { orgId, id }: EntityKey,
  state: CreditPurchaseState,
  { version }: Folded<CreditPurchaseState>,
): Rows {
  return {
    credit_grant: [
      {
        org_id: orgId,
        source: 'purchase',
        id,
        credits: state.credits,
        amount_minor: state.amountMinor,
        currency: state.currency,
        priority: purchasedPriority,
        granted_at: instantText(state.grantedAt),
        meta: state.meta,
        version,
      },
    ],
  };
}

function evaluationRows({ orgId, id }: EntityKey, state: EvaluationState, { version }: Folded<EvaluationState>): Rows {
  return {
    evaluation_run: [
      {
        org_id: orgId,
        id,
        suite: state.suite,
        commit: state.commit,
        model: state.model,
        passed: state.passed,
        failed: state.failed,
        score: state.score,
        url: state.url,
        completed_at: instantText(state.completedAt),
        meta: state.meta,
        version,
      },
    ],
    evaluation_case: (state.cases ?? []).map((testCase, position) => ({
      org_id: orgId,
      run_id: id,
      position,
      name: testCase.name,
      passed: testCase.passed,
      score: testCase.score,
      detail: testCase.detail,
    })),
  };
}
