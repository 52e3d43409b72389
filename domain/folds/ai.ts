import type { Meta } from '../fields.ts';
import { refuse, type EventOfKind, type Occurred, type Refused } from '../fold.ts';
import type { EpochMs } from '../instants.ts';

export interface AiUsageState {
  readonly feature: string;
  readonly model?: string | undefined;
  readonly credits: string;
  readonly promptTokens?: number | undefined;
  readonly completionTokens?: number | undefined;
  readonly costMinor?: number | undefined;
  readonly currency?: string | undefined;
  readonly usedAt: EpochMs;
  readonly meta?: Meta | undefined;
}

/** A use is told once; told again it must agree in what is counted. */
export function foldAiUsage(
  state: AiUsageState | undefined,
  { event }: Occurred<EventOfKind<'ai_usage'>>,
): AiUsageState | Refused {
  const { usageId: _, ...told } = event.data;
  if (!state) return { ...told, usedAt: event.occurredAt };
  const agrees =
    state.feature === told.feature &&
    state.credits === told.credits &&
    state.model === told.model &&
    state.costMinor === told.costMinor &&
    state.currency === told.currency &&
    state.promptTokens === told.promptTokens &&
    state.completionTokens === told.completionTokens;
  return agrees ? state : refuse('conflicting_duplicate');
}

export interface CreditPurchaseState {
  readonly credits: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly grantedAt: EpochMs;
  readonly meta?: Meta | undefined;
}

/** A purchase of credits is a grant, told once. */
export function foldCreditPurchase(
  state: CreditPurchaseState | undefined,
  { event }: Occurred<EventOfKind<'credit_grant'>>,
): CreditPurchaseState | Refused {
  const { purchaseId: _, ...told } = event.data;
  if (!state) return { ...told, grantedAt: event.occurredAt };
  if (state.currency !== told.currency) return refuse('currency_mismatch');
  return state.credits === told.credits && state.amountMinor === told.amountMinor
    ? state
    : refuse('conflicting_duplicate');
}
