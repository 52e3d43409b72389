import { StackedBars } from '../../../../components/charts/stacked-bars.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { messages } from '../../../../messages/en.ts';
import type { EvaluationRow } from '../../../../services/provider/evaluations.service.ts';
import { shareOf } from './kpis.ts';

const commitShown = 7;
const percent = 100;

/** The pass rate, run after run. */
export function Course({ runs }: { readonly runs: readonly EvaluationRow[] }) {
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last) return <p className="px-4 pb-4 text-fg-2">{evaluations.courseEmpty}</p>;
  const nameOf = ({ commit, id }: EvaluationRow) => (commit ?? id).slice(0, commitShown);
  return (
    <div className="px-4 pb-3">
      <StackedBars
        summary={evaluations.courseSummary(shareOf(first), shareOf(last), formatCount(runs.length))}
        partName={evaluations.columns.commit}
        parts={runs.map((run, index) => ({
          label: index % 6 === 0 ? nameOf(run) : undefined,
          span: `${nameOf(run)} ${run.suite} ${run.id}`,
        }))}
        endLabel=""
        series={[
          {
            name: evaluations.passRate,
            color: 1,
            values: runs.map(({ passed, failed }) =>
              passed + failed === 0 ? 0 : Math.round((passed / (passed + failed)) * percent * 10) / 10,
            ),
          },
        ]}
        tableLabel={messages.dashboard.asTable}
      />
    </div>
  );
}
