import { flowSummary, totalsOf } from '../../../../../components/charts/chart-summary.ts';
import { StackedBars } from '../../../../../components/charts/stacked-bars.tsx';
import { namedBuckets } from '../../../../../components/charts/time-buckets.ts';
import { creditsUnit } from '../../../../../format/units.ts';
import { aiOrg } from '../../../../../messages/en-ai.ts';
import { charts } from '../../../../../messages/en-charts.ts';
import type { OrgMonth } from '../../../../../services/provider/ai-months.ts';
import { featureLabel } from '../features.tsx';
import type { PartsOverTime } from '../../../../../services/provider/part-series.ts';

interface AiCourseProps {
  readonly parts: PartsOverTime;
  readonly month: OrgMonth | undefined;
}

const micro = 1_000_000;
const daysOfMonth = 30;
const colors = [1, 2, 3, 4, 5, 6] as const;

/** Credits of each day by feature, beside what the month's limit comes to a day. */
export function AiCourse({ parts, month }: AiCourseProps) {
  if (parts.series.length === 0) return <p className="px-4 pb-4 text-fg-2">{aiOrg.courseEmpty}</p>;
  const buckets = namedBuckets(parts.buckets, 'day');
  const series = parts.series.flatMap(({ part, amounts }, index) => {
    const color = colors[index];
    const name = part === undefined ? aiOrg.unnamed : featureLabel(part);
    return color ? [{ name, color, values: amounts }] : [];
  });
  return (
    <div className="px-4 pb-3">
      <StackedBars
        summary={flowSummary({ what: aiOrg.course, buckets, unit: creditsUnit }, totalsOf(series))}
        bucketName={charts.dayUtc}
        buckets={buckets}
        unit={creditsUnit}
        series={series}
        previous={parts.before[0]?.amounts}
        {...(month && {
          limit: { name: aiOrg.courseLimit, value: Math.round((Number(month.limit) / daysOfMonth) * micro) },
        })}
        isLastOpen
        fileName="ai-credits-by-feature"
      />
    </div>
  );
}
