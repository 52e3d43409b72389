import { formatCredits } from '../../format/units.ts';
import { messages } from '../../messages/en.ts';
import type { CreditCourse } from '../../services/provider/ai-months.ts';
import type { Kpi } from './kpi.ts';

/** How the credits of the month compare with as much of the month before, and their days. */
export function creditCourse({ used, before, byDay }: CreditCourse): Pick<Kpi, 'change' | 'parts'> {
  return {
    change: {
      value: Number(used),
      previous: Number(before),
      previousText: messages.kpi.credits(formatCredits(before)),
      span: messages.lists.previousSpans.mtd,
    },
    parts: byDay.map(Number),
  };
}
