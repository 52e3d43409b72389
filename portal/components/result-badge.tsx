import { messages } from '../messages/en.ts';
import type { DeliveryResult } from '../services/provider/deliveries-query.ts';

const tones = {
  accepted: 'tone-info',
  applied: 'tone-ok',
  rejected: 'tone-bad',
  refused: 'tone-warn',
  replayed: 'tone-plain',
} as const satisfies Record<DeliveryResult, string>;

export function ResultBadge({ result }: { readonly result: DeliveryResult }) {
  return (
    <span className={`badge ${tones[result]}`} title={messages.deliveries.resultHints[result]}>
      {messages.deliveries.results[result]}
    </span>
  );
}
