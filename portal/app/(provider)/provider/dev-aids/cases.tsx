import { CodeBlock } from '../../../../components/panel/code-block.tsx';
import { LineDiff } from '../../../../components/panel/line-diff.tsx';
import { Section } from '../../../../components/panel/properties.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import type { EvaluationCase } from '../../../../services/provider/evaluation-detail.ts';

/** The cases of a run: those that fail open to what was expected, what came and why; those that pass stand behind their count. */
export function Cases({ cases }: { readonly cases: readonly EvaluationCase[] }) {
  const failing = cases.filter(({ passed }) => !passed);
  const passing = cases.filter(({ passed }) => passed);
  return (
    <Section title={evaluations.cases}>
      {cases.length === 0 && <p className="text-fg-2">{evaluations.noCases}</p>}
      {cases.length > 0 && failing.length === 0 && (
        <p className="text-fg-2">{evaluations.allPass(formatCount(cases.length))}</p>
      )}
      <CaseList cases={failing} />
      {passing.length > 0 && (
        <details>
          <summary className="w-fit rounded-nav text-fg-2 hover:text-fg hover:underline">
            {evaluations.passing(formatCount(passing.length))}
          </summary>
          <CaseList cases={passing} />
        </details>
      )}
    </Section>
  );
}

function CaseList({ cases }: { readonly cases: readonly EvaluationCase[] }) {
  return (
    <ul className="flex flex-col">
      {cases.map((one, index) => (
        <li key={index} className="flex flex-col gap-2 border-b border-line py-2.5 last:border-b-0">
          <div className="flex items-center gap-2">
            <StatusBadge
              tone={one.passed ? 'ok' : 'bad'}
              label={one.passed ? evaluations.statuses.passing : evaluations.statuses.failing}
            />
            <bdi className="min-w-0 flex-1 font-medium wrap-anywhere">{one.name}</bdi>
            <Before one={one} />
            {one.score !== undefined && (
              <span className="num flex-none text-caption text-fg-3">
                {evaluations.score(String(Number(one.score.toPrecision(3))))}
              </span>
            )}
          </div>
          <Told one={one} />
        </li>
      ))}
    </ul>
  );
}

/** What changed since the run before. */
function Before({ one: { passed, passedBefore } }: { readonly one: EvaluationCase }) {
  if (passedBefore === undefined || passedBefore === passed) return null;
  return (
    <span className={`flex-none text-caption ${passed ? 'text-ok-text' : 'text-warn-text'}`}>
      {passed ? evaluations.fixed : evaluations.regression}
    </span>
  );
}

function Told({ one: { reason, expected, actual, trace } }: { readonly one: EvaluationCase }) {
  return (
    <>
      {reason !== undefined && (
        <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">
          <span className="text-fg-2">{evaluations.reason}: </span>
          <bdi>{reason}</bdi>
        </p>
      )}
      {(expected !== undefined || actual !== undefined) && (
        <LineDiff label={evaluations.difference} before={expected ?? ''} after={actual ?? ''} />
      )}
      {trace !== undefined && (
        <details>
          <summary className="w-fit rounded-nav text-caption text-fg-2 hover:text-fg hover:underline">
            {evaluations.trace}
          </summary>
          <div className="mt-2">
            <CodeBlock label={evaluations.trace} text={trace}>
              {trace}
            </CodeBlock>
          </div>
        </details>
      )}
    </>
  );
}
