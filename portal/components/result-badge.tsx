import { messages } from '../messages/en.ts';
import type { DeliveryResult } from '../services/provider/deliveries-query.ts';
import { StatusBadge } from './status-badge.tsx';
import type { Badge, Tone } from './status-badge.tsx';

const tones = {
  accepted: 'info',
  applied: 'ok',
  rejected: 'bad',
  refused: 'warn',
  replayed: 'plain',
} as const satisfies Record<DeliveryResult, Tone>;

export function ResultBadge({ result }: { readonly result: DeliveryResult }) {
  return <StatusBadge {...resultBadge(result)} />;
}

export function resultBadge(result: DeliveryResult): Badge {
  const { results, resultHints } = messages.deliveries;
  return { tone: tones[result], label: results[result], hint: resultHints[result] };
}
