import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatDecimalText } from '../../../../../format/numbers.ts';
import { aiOrg } from '../../../../../messages/en-ai.ts';
import type { CreditLine } from '../../../../../services/provider/ai-org.service.ts';

interface CreditSumsProps {
  readonly credits: CreditLine | undefined;
  readonly zone: string;
}

/** Sold - used = remaining, and whether what is stored is what can be computed. Use that no credit covered was not taken from them. */
export function CreditSums({ credits, zone }: CreditSumsProps) {
  if (!credits) return <p className="px-4 pb-4 text-fg-2">{aiOrg.noCredits}</p>;
  const { sold, used, expired, overage, remaining, computed, difference, at } = credits;
  const agrees = /^-?0+(\.0+)?$/.test(difference);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pb-4">
      <Sum name={aiOrg.sold} amount={sold} />
      <span className="text-fg-3">−</span>
      <Sum name={aiOrg.used} amount={used} />
      <span className="text-fg-3">−</span>
      <Sum name={aiOrg.expired} amount={expired} />
      <span className="text-fg-3">=</span>
      <Sum name={aiOrg.remaining} amount={remaining} />
      <span className="text-fg-2">{aiOrg.uncovered(formatDecimalText(overage))}</span>
      <span className="ml-auto flex flex-wrap items-center gap-x-2 text-fg-2">
        <StatusBadge
          tone={agrees ? 'ok' : 'bad'}
          label={agrees ? aiOrg.agrees : aiOrg.differs(formatDecimalText(difference), formatDecimalText(computed))}
        />
        {aiOrg.asOf} <Time at={at} zone={zone} style="minute" hasZone />
      </span>
    </div>
  );
}

function Sum({ name, amount }: { readonly name: string; readonly amount: string }) {
  return (
    <span className="num">
      <span className="text-card">{formatDecimalText(amount)}</span> <span className="text-fg-2">{name}</span>
    </span>
  );
}
