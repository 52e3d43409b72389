import {
  filterCell,
  moneyColumn,
  orgColumn,
  rowCell,
  sortedColumn,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatCount, formatPoints, nothing } from '../../../../format/numbers.ts';
import { formatDuration } from '../../../../format/times.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import type { EvaluationRow } from '../../../../services/provider/evaluations.service.ts';
import { pointsOf } from './kpis.ts';

const { columns } = evaluations;
const commitShown = 10;

export function evaluationColumns(context: CellContext): readonly Column<EvaluationRow>[] {
  return [
    {
      id: 'run',
      width: 144,
      head: columns.run,
      cell: ({ id }) => rowCell(id),
    },
    wordColumn({ name: 'suite', width: 92, head: columns.suite, valueOf: ({ suite }) => suite }),
    orgColumn(),
    {
      ...wordColumn({ name: 'branch', width: 112, head: columns.branch, valueOf: ({ branch }) => branch }),
      isExtra: true,
    },
    {
      id: 'commit',
      width: 100,
      head: columns.commit,
      cell: ({ commit }) =>
        commit === undefined ? undefined : filterCell('commit', commit, { code: commit.slice(0, commitShown) }, commit),
    },
    wordColumn({ name: 'model', width: 84, head: columns.model, valueOf: ({ model }) => model }),
    ...outcomeColumns(context),
  ];
}

/** How it did, what that took, and when. */
function outcomeColumns(context: CellContext): readonly Column<EvaluationRow>[] {
  return [
    {
      id: 'passed',
      width: 100,
      head: columns.passed,
      isNumber: true,
      cell: ({ passed, failed }) => (
        <span className={failed > 0 ? 'font-medium text-bad-text' : undefined}>
          {formatCount(passed)} / {formatCount(passed + failed)}
        </span>
      ),
    },
    {
      id: 'change',
      width: 84,
      head: columns.change,
      hint: columns.changeHint,
      isNumber: true,
      cell: (run) => <Points points={pointsOf(run)} />,
    },
    moneyColumn('cost', 100, columns.cost, ({ costMinor }) => costMinor),
    {
      id: 'duration',
      width: 80,
      head: columns.duration,
      isNumber: true,
      cell: ({ durationMs }) => formatDuration(durationMs),
    },
    {
      id: 'started',
      isExtra: true,
      width: 120,
      head: columns.started,
      cell: (run) => timeCell(startedAt(run), context),
    },
    { ...sortedColumn<EvaluationRow>(context, columns.completed), width: 132 },
  ];
}

/** What CI told of its duration before it ended. */
export function startedAt({ completedAt, durationMs }: EvaluationRow): number | undefined {
  return durationMs === undefined || durationMs > completedAt ? undefined : completedAt - durationMs;
}

export function Points({ points }: { readonly points: number | undefined }) {
  if (points === undefined) return <span className="text-fg-3">{nothing}</span>;
  const tone = points === 0 ? 'text-fg-2' : points > 0 ? 'text-ok-text' : 'text-bad-text';
  return <span className={tone}>{evaluations.points(formatPoints(points))}</span>;
}
