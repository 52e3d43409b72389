import Link from 'next/link';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { filterCell, sortedTime, textCell } from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import { DataTable } from '../../../../../components/table/data-table.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { replays } from '../../../../../messages/en-replays.ts';
import { paths } from '../../../../../paths.ts';
import type { Preferences } from '../../../../../preferences/preferences.ts';
import type { ReplayStatus } from '../../../../../services/provider/federation-replay-list.ts';
import type { ReplayRun } from '../../../../../services/provider/federation-replay.service.ts';

const { columns } = replays;

interface ReplayRunsProps {
  readonly runs: readonly ReplayRun[];
  readonly preferences: Preferences;
  readonly now: number;
}

/** The newest replays: what is under way is found here again. */
export function ReplayRuns({ runs, preferences, now }: ReplayRunsProps) {
  const { zone } = preferences;
  return (
    <section aria-labelledby="runs" className="flex flex-col gap-3">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="runs" className="text-card">
          {replays.runs}
        </h2>
        {runs.length > 0 && (
          <Link href={paths.replayRuns} className="text-accent-text hover:underline">
            {replays.allRuns}
          </Link>
        )}
      </div>
      <div className="card">
        {runs.length === 0 ? (
          <EmptyState title={replays.noRuns} text={replays.noRunsText} />
        ) : (
          <DataTable
            caption={replays.runs}
            columns={runColumns({ zone, preferences, now, sort: undefined })}
            rows={runs}
            rowId={({ key }) => key.id}
            label={({ id }) => id}
            place={{ path: paths.replayRuns, params: '', page: paths.replayRuns, zone }}
            openId={undefined}
            preferences={preferences}
          />
        )}
      </div>
    </section>
  );
}

const tones = {
  planning: 'info',
  planned: 'warn',
  running: 'info',
  done: 'ok',
  cancelled: 'plain',
} as const satisfies Record<ReplayStatus, Tone>;

export function ReplayBadge({ status }: { readonly status: ReplayStatus }) {
  return <StatusBadge {...replayBadge(status)} />;
}

function replayBadge(status: ReplayStatus): Badge {
  return { tone: tones[status], label: replays.statuses[status] };
}

/** Its time opens the replay; its status and its member are filters of the list of all. */
export function runColumns(context: Omit<CellContext, 'links'>): readonly Column<ReplayRun>[] {
  const count = (id: string, head: string, of: (run: ReplayRun) => number): Column<ReplayRun> => ({
    id,
    width: 116,
    head,
    isNumber: true,
    cell: (run) => formatCount(of(run)),
  });
  return [
    {
      id: 'started',
      width: 152,
      sorted: 'descending',
      ...sortedTime(context, columns.started),
      cell: ({ key, id, createdAt }) => (
        <Link
          href={listHref(paths.replayRun, new URLSearchParams({ run: id }))}
          prefetch={false}
          data-row={key.id}
          className="row-link"
        >
          <Time at={createdAt} zone={context.zone} />
        </Link>
      ),
    },
    {
      id: 'status',
      width: 116,
      head: columns.status,
      cell: ({ status }) => filterCell('status', status, replayBadge(status)),
    },
    count('events', columns.events, ({ counts }) => Object.values(counts).reduce((sum, one) => sum + one, 0)),
    count('applied', columns.applied, ({ counts }) => counts.applied ?? 0),
    count('rejected', columns.rejected, ({ counts }) => counts.rejected ?? 0),
    {
      id: 'by',
      width: 168,
      head: columns.orderedBy,
      cell: ({ orderedBy }) => filterCell('by', orderedBy),
    },
    { id: 'reason', width: 240, head: columns.reason, cell: ({ reason }) => textCell(reason) },
  ];
}
