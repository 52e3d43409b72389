import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { AuditEntriesLink } from '../../../../../../components/panel/audit-entries-link.tsx';
import { Time } from '../../../../../../components/time.tsx';
import { formatCount } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';
import { replayStates } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayStatus } from '../../../../../../services/provider/federation-replay-list.ts';
import type { ReplayRun } from '../../../../../../services/provider/federation-replay.service.ts';
import { ReplayBadge } from '../runs.tsx';
import { reasonText } from './columns.tsx';
import { RunControls } from './run-controls.tsx';
import { RunProgress } from './run-progress.tsx';

const steps = ['choose', 'plan', 'confirm', 'run', 'result'] as const;
type Step = (typeof steps)[number];

const stepOf = {
  planning: 'plan',
  planned: 'confirm',
  running: 'run',
  done: 'result',
  cancelled: 'result',
} as const satisfies Record<ReplayStatus, Step>;

/** Where the replay stands in its five steps, how far it is, and what can be done with it. */
export function RunCard({ run, zone }: { readonly run: ReplayRun; readonly zone: string }) {
  const { done, all } = progressOf(run);
  const isOpen = run.status === 'planning' || run.status === 'running';
  return (
    <section aria-label={replays.title} className="card flex flex-col gap-4 p-4">
      <Stepper current={stepOf[run.status]} isOver={run.status === 'done' || run.status === 'cancelled'} />
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1">
          <p className="flex flex-wrap items-center gap-2">
            <ReplayBadge status={run.status} />
            <span className="text-fg-2">{sentenceOf(run)}</span>
          </p>
          <Facts run={run} zone={zone} />
        </div>
        <RunControls
          runId={run.id}
          status={run.status}
          eligible={run.counts.eligible ?? 0}
          ratePerS={run.ratePerS}
          isStill={run.isStill}
          isCancelAsked={run.isCancelAsked}
          preview={previewOf(run)}
        />
      </div>
      {isOpen && <RunProgress done={done} all={all} isWaiting={run.isStill} />}
    </section>
  );
}

function Stepper({ current, isOver }: { readonly current: Step; readonly isOver: boolean }) {
  const at = steps.indexOf(current);
  return (
    <ol className="flex flex-wrap gap-x-6 gap-y-2">
      {steps.map((step, index) => {
        const isDone = index < at || isOver;
        const isCurrent = index === at && !isOver;
        return (
          <li
            key={step}
            aria-current={isCurrent ? 'step' : undefined}
            className={`flex items-center gap-2 ${isCurrent ? 'font-medium text-fg' : isDone ? 'text-fg-2' : 'text-fg-3'}`}
          >
            <span
              aria-hidden="true"
              className={`num grid size-5 flex-none place-items-center rounded-full text-caption ${isCurrent ? 'bg-accent text-on-accent' : isDone ? 'bg-ok-soft text-ok-text' : 'bg-sunken text-fg-3'}`}
            >
              {isDone ? <Check size={12} strokeWidth={2.25} /> : index + 1}
            </span>
            {replays.steps[step]}
          </li>
        );
      })}
    </ol>
  );
}

function Facts({ run, zone }: { readonly run: ReplayRun; readonly zone: string }) {
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-fg-2">
      <Fact name={replays.by}>
        <bdi>{run.orderedBy}</bdi> <Time at={run.createdAt} zone={zone} style="minute" hasZone />
      </Fact>
      <Fact name={run.filter === undefined ? replays.ids : replays.filterOf}>
        <code className="font-mono text-code wrap-anywhere">
          {run.filter === undefined ? formatCount(allOf(run) + run.unknownIds.length) : decodeURIComponent(run.filter)}
        </code>
      </Fact>
      {run.reason !== undefined && (
        <Fact name={replays.columns.reason}>
          <bdi className="wrap-anywhere">{run.reason}</bdi>
        </Fact>
      )}
      <AuditEntriesLink entity={`replay/${run.id}`} />
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 text-fg">{children}</dd>
    </div>
  );
}

function sentenceOf(run: ReplayRun): string {
  if (run.isStill) return replays.still;
  if (run.isCancelAsked && run.status === 'running') return replays.cancelling;
  switch (run.status) {
    case 'planning':
      return replays.planning;
    case 'planned':
      return replays.planned(formatCount(run.counts.eligible ?? 0));
    case 'running':
      return replays.running;
    case 'done':
    case 'cancelled': {
      const { applied = 0, rejected = 0 } = run.counts;
      return `${formatCount(applied)} ${replays.states.applied.toLowerCase()}, ${formatCount(rejected)} ${replays.states.rejected.toLowerCase()}`;
    }
  }
}

/** What the plan says, a line each; for the card's dialog. */
function previewOf(run: ReplayRun): readonly string[] {
  const { summary } = replays;
  const { applied = 0, rejected = 0, failed = 0 } = run.expected;
  const some = run.unknownIds.slice(0, 3).join(', ');
  return [
    applied > 0 && summary.applied(formatCount(applied)),
    rejected > 0 && summary.rejected(formatCount(rejected)),
    failed > 0 && summary.failed(formatCount(failed)),
    (run.counts.already_applied ?? 0) > 0 && summary.already(formatCount(run.counts.already_applied ?? 0)),
    ...run.skipped.map(({ code, count }) => `${formatCount(count)}: ${reasonText(code)}`),
    run.linesWithoutEvent > 0 && summary.lines(formatCount(run.linesWithoutEvent)),
    run.unknownIds.length > 0 && summary.unknown(formatCount(run.unknownIds.length), some),
  ].filter((line) => line !== false);
}

function progressOf(run: ReplayRun): { readonly done: number; readonly all: number } {
  const { chosen = 0, eligible = 0, applied = 0, rejected = 0, ordered = 0 } = run.counts;
  if (run.status === 'planning') return { done: allOf(run) - chosen, all: allOf(run) };
  return { done: applied + rejected, all: eligible + ordered + applied + rejected };
}

function allOf({ counts }: ReplayRun): number {
  return replayStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}
