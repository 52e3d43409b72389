import type { Folded } from '#domain/fold';
import type { AiUsageState, CreditPurchaseState } from '#domain/folds/ai';
import type { EntityKey } from '../entity-key.ts';
import { instantText } from '../instant-text.ts';
import type { Rows } from '../tables.ts';

export function aiUsageRows({ orgId, id }: EntityKey, state: AiUsageState, { version }: Folded<AiUsageState>): Rows {
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

export function creditPurchaseRows(
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
