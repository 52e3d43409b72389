import { formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import type { Level } from '../../services/provider/levels.ts';
import type { Kpi } from '../kpi/kpi.ts';

/** How a level of the main currency came to what it is. */
export function levelCourse({ now: [main], before, byDay }: Level): Pick<Kpi, 'change' | 'parts'> {
  if (!main) return {};
  const own = before.find(({ currency }) => currency === main.currency)?.minor ?? 0n;
  return {
    change: {
      value: Number(main.minor),
      previous: Number(own),
      previousText: formatMoney(own, main.currency),
      span: messages.kpi.of30DaysAgo,
    },
    parts: byDay.map(Number),
  };
}
