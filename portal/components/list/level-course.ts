import { formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import type { Level } from '../../services/provider/levels.ts';
import type { Money } from '../../services/provider/money-sums.ts';
import type { Kpi } from '../kpi/kpi.ts';

/** How an amount came to what is printed of it; nothing while the figures of days do not know its currency. */
export function levelCourse(
  { before, byDay }: Pick<Level, 'before' | 'byDay'>,
  printed: Money | undefined,
): Pick<Kpi, 'change' | 'parts'> {
  const days = printed && byDay.get(printed.currency);
  if (!days) return {};
  const { currency, minor } = printed;
  const own = before.find((one) => one.currency === currency)?.minor ?? 0n;
  return {
    change: {
      value: Number(minor),
      previous: Number(own),
      previousText: formatMoney(own, currency),
      span: messages.kpi.of30DaysAgo,
    },
    // The figures of days may be some minutes behind what is printed.
    parts: [...days.slice(0, -1), minor].map(Number),
  };
}
