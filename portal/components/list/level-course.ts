import { formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import type { Level } from '../../services/provider/levels.ts';
import type { Kpi } from '../kpi/kpi.ts';

/** How the level of a currency, the one that is printed, came to what it is; nothing while the figures of days do not know it. */
export function levelCourse({ now, before, byDay }: Level, printed: string | undefined): Pick<Kpi, 'change' | 'parts'> {
  const main = now.find(({ currency }) => currency === printed);
  if (!main) return {};
  const own = before.find(({ currency }) => currency === main.currency)?.minor ?? 0n;
  return {
    change: {
      value: Number(main.minor),
      previous: Number(own),
      previousText: formatMoney(own, main.currency),
      span: messages.kpi.of30DaysAgo,
    },
    parts: (byDay.get(main.currency) ?? []).map(Number),
  };
}
