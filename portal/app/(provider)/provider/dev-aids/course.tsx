import { LineChart } from '../../../../components/charts/line-chart.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { shareUnit } from '../../../../format/units.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import type { EvaluationCourse, EvaluationRow } from '../../../../services/provider/evaluations.service.ts';
import { shareOf } from './kpis.ts';

const commitShown = 7;
const labelEvery = 8;

/** The pass rate, run after run, and that of as many runs before. */
export function Course({ course: { runs, before } }: { readonly course: EvaluationCourse }) {
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last) return <p className="px-4 pb-4 text-fg-2">{evaluations.courseEmpty}</p>;
  return (
    <div className="px-4 pb-3">
      <LineChart
        summary={evaluations.courseSummary(shareOf(first), shareOf(last), formatCount(runs.length))}
        bucketName={evaluations.columns.commit}
        buckets={runs.map((run, index) => ({
          label: index % labelEvery === 0 ? nameOf(run) : undefined,
          span: `${nameOf(run)}, ${run.suite}, ${run.id}`,
        }))}
        unit={shareUnit}
        series={[
          {
            name: evaluations.passRate,
            color: 1,
            values: runs.map(rateOf),
          },
        ]}
        previous={before.map((run) => run && rateOf(run))}
        fileName="pass-rate"
      />
    </div>
  );
}

function rateOf({ passed, failed }: EvaluationRow): number | undefined {
  return passed + failed === 0 ? undefined : passed / (passed + failed);
}

function nameOf({ commit, id }: EvaluationRow): string {
  return (commit ?? id).slice(0, commitShown);
}
