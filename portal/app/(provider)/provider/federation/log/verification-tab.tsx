import { Check as CheckIcon, Minus, X } from 'lucide-react';
import { problems } from '#domain/errors';
import { messages } from '../../../../../messages/en.ts';
import type { Check } from '../../../../../services/provider/delivery-checks.ts';
import type { DeliveryDetail } from '../../../../../services/provider/delivery-detail.ts';

const { delivery } = messages;

const looks = {
  passed: { Icon: CheckIcon, mark: 'bg-ok-soft text-ok-text', text: 'text-fg' },
  failed: { Icon: X, mark: 'bg-bad-soft text-bad-text', text: 'font-medium text-fg' },
  unreached: { Icon: Minus, mark: 'bg-sunken text-fg-3', text: 'text-fg-3' },
} as const satisfies Record<Check['state'], object>;

const told: Readonly<Record<string, { readonly detail: string }>> = problems;

/** Each check; at the one that failed, what its code means. */
export function VerificationTab({ detail: { checks, row } }: { readonly detail: DeliveryDetail }) {
  return (
    <div className="flex flex-col gap-3">
      <p className="text-fg-2">{delivery.checksIntro}</p>
      <ol className="flex flex-col rounded-control border border-line">
        {checks.map(({ name, state }) => {
          const { Icon, mark, text } = looks[state];
          const why = state === 'failed' && row.code !== undefined && Object.hasOwn(told, row.code) && told[row.code];
          return (
            <li
              key={name}
              className="flex min-h-9 flex-wrap items-center gap-x-3 border-b border-line px-3 py-2 last:border-b-0"
            >
              <span className={`grid size-5 flex-none place-items-center rounded-full ${mark}`}>
                <Icon size={12} strokeWidth={2.25} aria-hidden="true" />
              </span>
              <span className={text}>{delivery.checks[name]}</span>
              {state === 'failed' && <code className="font-mono text-code text-bad-text">{row.code}</code>}
              <span className="ml-auto text-caption text-fg-3">{delivery.checkStates[state]}</span>
              {why && <p className="w-full pl-8 text-fg-2">{why.detail}</p>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
