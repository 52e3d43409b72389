import { formatCount, formatMoney } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import type { Course, Point } from '../../services/provider/courses.ts';
import type { Money } from '../../services/provider/money-sums.ts';
import { shareParts, sharesCompared } from '../kpi/compared.ts';
import type { Share } from '../kpi/compared.ts';
import type { Kpi } from '../kpi/kpi.ts';

type Told = Pick<Kpi, 'change' | 'parts'>;

/** How a number came to what is printed of it; nothing where the figures of days are of other rows. */
export function countCourse(course: Course | undefined, printed: number): Told {
  return told(course, printed, ({ count }) => Math.max(0, count), formatCount);
}

/** Likewise an amount, of the currency that it is printed in. */
export function moneyCourse(course: Course | undefined, printed: Money | undefined): Told {
  const currency = (printed ?? course?.before?.sums[0])?.currency;
  const minorOf = ({ sums }: Point) => Number(sums.find((one) => one.currency === currency)?.minor ?? 0n);
  return told(course, Number(printed?.minor ?? 0n), minorOf, (minor) => formatMoney(BigInt(minor), currency));
}

/** How a share came to what is printed of it. */
export function shareCourse(part: Course | undefined, whole: Course | undefined, printed: Share): Told {
  if (!part || !whole) return {};
  const counts = ({ byDay }: Course) => byDay.map((point) => point?.count ?? 0);
  const before = part.before && whole.before && { part: part.before.count, whole: whole.before.count };
  const parts = shareParts([...counts(part), printed.part], [...counts(whole), printed.whole]);
  return {
    change: before ? sharesCompared(printed, before, messages.kpi.of30DaysAgo) : 'unknown',
    ...(whole.byDay.some((point) => point !== undefined) && { parts }),
  };
}

function told(
  course: Course | undefined,
  value: number,
  valueOf: (point: Point) => number,
  format: (value: number) => string,
): Told {
  if (!course) return {};
  const previous = course.before && valueOf(course.before);
  const days = course.byDay.map((point) => point && valueOf(point));
  return {
    change:
      previous === undefined
        ? 'unknown'
        : { value, previous, previousText: format(previous), span: messages.kpi.of30DaysAgo },
    // The figures of days may be some minutes behind what is printed.
    ...(days.some((day) => day !== undefined) && { parts: [...days, value] }),
  };
}
